import { type ReplyOf, realmSettings, type showRealm } from '@countersign/contracts';
import type { FactsView } from '../../output/result.js';
import { isObject } from '../../schema-faults.js';

/** A realm for people, with every setting under the path by which it is set. */
export function realmFacts({
  realm,
  spelledAs,
  profile,
  realmId,
  createdAt,
  settings,
}: ReplyOf<typeof showRealm>): FactsView {
  const named = Object.keys(realmSettings.shape) as (keyof typeof settings)[];
  return {
    name: realm,
    facts: [
      ['realm', spelledAs],
      ['profile', profile],
      ['id', realmId],
      ['created', createdAt],
      ...named.flatMap((name) => settingFacts(name, settings[name])),
    ],
  };
}

/** What an object holds has a line each, as each can be set alone. */
function settingFacts(path: string, value: unknown): readonly (readonly [path: string, json: string])[] {
  const members = isObject(value) ? Object.entries(value) : [];
  if (members.length === 0) return [[path, JSON.stringify(value)]];
  return members.flatMap(([name, member]) => settingFacts(`${path}.${name}`, member));
}
