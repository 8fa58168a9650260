import { type ReplyOf, showApplication } from '@countersign/contracts';
import { registeredForm } from '@countersign/signing';
import { askOnce } from '../../bus/operator-bus.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';

export type ApplicationView = ReplyOf<typeof showApplication>;

/** Shows one application. */
export async function showApplicationCommand(invocation: Invocation): Promise<undefined> {
  const request = { applicationId: namedApplication(invocation) };
  printApplication(invocation, await askOnce(invocation, showApplication, request));
}

/** The application id that was typed, in its registered form: hyphens and capitals are as good. */
export function namedApplication(invocation: Invocation): string {
  const id = registeredForm(word(invocation, 0));
  if (id === undefined) throw usageFault(`${word(invocation, 0)} is not an application id`, 'it has 32 hex digits');
  return id;
}

export function printApplication({ terminal }: Invocation, application: ApplicationView): void {
  const keys = application.keys.map(({ keyVersion, createdAt, expiresAt }): readonly [string, string] => [
    `key ${keyVersion}`,
    `since ${createdAt}${expiresAt === undefined ? '' : `, until ${expiresAt}`}`,
  ]);
  printOne(terminal, application, {
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
  });
}

export function stateOf(application: ApplicationView): string {
  return application.isDisabled ? 'disabled' : 'active';
}
