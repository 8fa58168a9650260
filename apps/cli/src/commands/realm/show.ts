import { listRealms, type ReplyOf, realmSettings, showRealm } from '@countersign/contracts';
import { askOnce, withBus } from '../../bus/operator-bus.js';
import { allItems } from '../../bus/pages.js';
import type { Invocation } from '../../invocation.js';
import { type FactsView, printList, printOne } from '../../output/result.js';
import { isObject } from '../../schema-faults.js';

/** Shows one realm: the named one, else that of the context. */
export async function showRealmCommand(invocation: Invocation): Promise<undefined> {
  const realm = await askOnce(invocation, showRealm, {
    realm: invocation.words[0] ?? invocation.configuration.realm(),
  });
  printOne(invocation.terminal, realm, realmFacts(realm));
}

/** Lists all realms. */
export async function listRealmsCommand(invocation: Invocation): Promise<undefined> {
  const realms = await withBus(invocation, (bus) =>
    allItems(async (after, limit) => {
      const { realms: items, next } = await bus.ask(listRealms, { after, limit });
      return { items, next };
    }),
  );
  printList(invocation.terminal, realms, {
    noun: 'realms',
    name: (realm) => realm.realm,
    columns: [
      { title: 'REALM', value: (realm) => realm.spelledAs },
      { title: 'PROFILE', value: (realm) => realm.profile },
      { title: 'CREATED', value: (realm) => realm.createdAt },
      { title: 'ID', value: (realm) => realm.realmId },
    ],
  });
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
