import {
  hearsUsernameInQuery,
  type RealmSettings,
  type ReplyOf,
  realmSettings,
  type showRealm,
} from '@countersign/contracts';
import type { FactsView } from '../../output/result.js';

export type RealmView = ReplyOf<typeof showRealm>;

/** A realm for people, with every setting there is. */
export function realmFacts(realm: RealmView): FactsView {
  const settings = Object.keys(realmSettings.shape).flatMap((name) => settingFacts(realm, name));
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

type Fact = readonly [name: string, value: string];

/** What an object holds has a line each, as each can be set alone. */
function settingFacts({ profile, settings }: RealmView, name: string): readonly Fact[] {
  const value = settings[name as keyof RealmSettings];
  if (value === undefined && name === 'usernameInQuery') {
    return [[name, `by profile (${hearsUsernameInQuery(profile, settings)})`]];
  }
  if (typeof value !== 'object') return [[name, String(value)]];
  const members = Array.isArray(value) ? [] : Object.entries(value);
  if (members.length === 0) return [[name, JSON.stringify(value)]];
  return members.map(([key, text], at) => [at === 0 ? name : '', `${key} ${JSON.stringify(text)}`]);
}
