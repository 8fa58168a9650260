import { type ReplyOf, realmSettings, showRealm } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import type { Invocation } from '../../invocation.js';
import { type FactsView, printOne } from '../../output/result.js';
import { isObject } from '../../schema-faults.js';

/** Shows one realm: the named one, else that of the context. */
export async function showRealmCommand(invocation: Invocation): Promise<undefined> {
  const realm = await askOnce(invocation, showRealm, {
    realm: invocation.words[0] ?? invocation.configuration.realm(),
  });
  printOne(invocation.terminal, realm, realmFacts(realm));
}

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
