import type { ReplyOf, showApplication } from '@countersign/contracts';
import type { FactsView } from '../../output/result.js';

export type ApplicationView = ReplyOf<typeof showApplication>;

/** An application for people. */
export function applicationFacts(application: ApplicationView): FactsView {
  const keys = application.keys.map(({ keyVersion, createdAt, expiresAt }): readonly [string, string] => [
    `key ${keyVersion}`,
    `since ${createdAt}${expiresAt === undefined ? '' : `, until ${expiresAt}`}`,
  ]);
  return {
    name: application.applicationId,
    facts: [
      ['application', application.applicationId],
      ['name', application.name],
      ['realm', application.realm],
      ['state', stateOf(application)],
      ['permissions', application.permissions.join(', ') || 'none'],
      ['created', application.createdAt],
      ...keys,
    ],
  };
}

export function stateOf(application: ApplicationView): string {
  return application.isDisabled ? 'disabled' : 'active';
}
