import type { ReplyOf, showRealm } from '@countersign/contracts';
import type { FactsView } from '../../output/result.js';

export type RealmView = ReplyOf<typeof showRealm>;

/** A realm for people. */
export function realmFacts(realm: RealmView): FactsView {
  const settings = Object.entries(realm.settings).map(([name, value]): readonly [string, string] => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return {
    name: realm.realm,
    facts: [
      ['realm', realm.realm],
      ['profile', realm.profile],
      ['id', realm.realmId],
      ['created', realm.createdAt],
      ...settings,
    ],
  };
}
