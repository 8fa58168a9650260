import {
  commonOperations,
  type Operation,
  operations,
  type Principal,
  showProfile,
  updateUser,
} from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askersOf, type BusAnswer } from '../journeys/bus-askers.js';
import { type RealmFacts, type Twin, TwoRealms } from './two-realms.js';

/** Guarantee G7 on the bus: every operation, generated from the list of operations, alone and in batches of two realms. */
let realms: TwoRealms;
beforeAll(async () => {
  // one for each asker and each batch, and two for changes: each test compares all rows of a realm
  realms = await TwoRealms.open(['bus-here', 'bus-there'], table.length + inRealm.length + 2);
}, 180_000);
afterAll(() => realms?.close(), 60_000);

/** Whom a request is about: names and ids that may be of another realm than the one that it names. */
interface Names extends Twin {
  readonly realm: string;
  readonly realmId: string;
  /** Of the user. */
  readonly id: string;
}

const freshId = (digits: number): string => `0192f0c1-7b7d-7000-8000-${String(digits).padStart(12, '0')}`;
let lastId = 0;

/** A request of each operation that names a realm; one that is missing here fails the first test. */
const requests: Readonly<Record<string, (names: Names) => object>> = {
  'authentication.application.create': ({ realm }) => ({ realm, name: 'x' }),
  'authentication.application.list': ({ realm }) => ({ realm }),
  'authentication.password.change': ({ realm, userId }) => ({
    realm,
    userId,
    currentPassword: 'correct horse battery',
    newPassword: 'a fresh start, please',
  }),
  'authentication.password.export': ({ realm, id }) => ({ realm, ids: [id] }),
  'authentication.password.reset': ({ realm, userId }) => ({ realm, userId, password: 'a fresh start, please' }),
  'authentication.realm.set': ({ realm }) => ({
    realm,
    settings: { dialects: { secureauth: { ownDomain: 'elsewhere' } } },
  }),
  'authentication.realm.show': ({ realm }) => ({ realm }),
  'authentication.user.erase': ({ realm, userId }) => ({ realm, userId }),
  'authentication.user.import': ({ realm, userId, group }) => ({
    realm,
    users: [
      { userId, groups: [group] },
      { userId: `${userId}-imported`, groups: [group] },
    ],
  }),
  'authentication.user.register': ({ realm, userId }) => ({
    realm,
    userId: `${userId}-new`,
    password: 'some password of it',
  }),
  'directory.group.create': ({ realm, group }) => ({ realm, group: `${group}-new` }),
  'directory.group.delete': ({ realm, group }) => ({ realm, group }),
  'directory.group.list': ({ realm }) => ({ realm, limit: 1000 }),
  'directory.group.rename': ({ realm, group }) => ({ realm, group, newName: `${group}-renamed` }),
  'directory.group.show': ({ realm, group }) => ({ realm, group }),
  'directory.membership.add': ({ realm, userId, group }) => ({ realm, userIds: [userId], groups: [group] }),
  'directory.membership.list': ({ realm, group }) => ({ realm, group }),
  'directory.membership.remove': ({ realm, userId, group }) => ({ realm, userIds: [userId], groups: [group] }),
  'directory.realm.adopt': ({ realm, realmId }) => ({
    realm,
    realmId,
    profile: 'compat',
    settings: { uniqueEmail: true },
    settingsVersion: 1,
  }),
  'directory.secret.check': ({ realm, id }) => ({ realm, id, secret: { kind: 'pin' }, given: 'x' }),
  'directory.secret.export': ({ realm, id }) => ({ realm, ids: [id] }),
  'directory.user.count': ({ realm }) => ({ realm }),
  'directory.user.create': ({ realm, userId, id }) => ({ realm, userId: `${userId}-made`, id }),
  'directory.user.erase': ({ realm, id }) => ({ realm, id }),
  'directory.user.export': ({ realm }) => ({ realm, limit: 1000 }),
  'directory.user.import': ({ realm, userId, group, id }) => ({
    realm,
    users: [
      { userId: `${userId}-taken-id`, id },
      { userId: `${userId}-brought`, id: freshId(++lastId), groups: [group] },
    ],
  }),
  'directory.user.list': ({ realm, userId }) => ({ realm, prefix: userId }),
  'directory.user.mark': ({ realm, userId }) => ({ realm, userId, state: 'disabled' }),
  'directory.user.profile': ({ realm, userId }) => ({ realm, userId }),
  'directory.user.rename': ({ realm, userId }) => ({ realm, userId, newUserId: `${userId}-renamed` }),
  'directory.user.resolve': ({ realm, userId }) => ({ realm, userId }),
  'directory.user.show': ({ realm, userId }) => ({ realm, userId }),
  'directory.user.update': ({ realm, userId }) => ({ realm, userId, name: { given: 'changed' } }),
};

const nameOf = ({ subject }: Operation): string => subject.replace('countersign.v1.', '');

/** They name no realm: about applications by id, about none, or about all. */
const withoutRealm: readonly string[] = [
  ...['credential', 'delete', 'disable', 'enable', 'rotate', 'show'].map((verb) =>
    inAuthentication(`application.${verb}`),
  ),
  ...['date.judge', 'realm.create', 'realm.list', 'refusal.report', 'request.claim'].map(inAuthentication),
  'directory.user.withdraw',
  ...Object.values(commonOperations).flatMap((common) => Object.values<Operation>({ ...common }).map(nameOf)),
];
function inAuthentication(name: string): string {
  return `authentication.${name}`;
}

const inRealm = operations.filter((operation) => requests[nameOf(operation)] !== undefined);
const table = inRealm.flatMap((operation) =>
  askersOf(operation).map((asker) => [`${nameOf(operation)} asked by ${asker}`, operation, asker] as const),
);

/** Names that are there in both realms, with the ids of one. */
function namesIn({ realm, realmId, ids }: RealmFacts, twin: Twin): Names {
  return { ...twin, realm, realmId, id: ids.get(twin.userId) ?? '' };
}

const send = (asker: Principal, operation: Operation, names: Names): Promise<BusAnswer> =>
  realms.askers.send(asker, operation, requests[nameOf(operation)]?.(names));

it('every operation is asked here, or names no realm', () => {
  const known = [...Object.keys(requests), ...withoutRealm].sort();
  expect(operations.map(nameOf).sort()).toEqual(known);
});

describe.each(table)('%s', (_name, operation, asker) => {
  const isOfBothIds = ['directory.user.create', 'directory.user.import'].includes(nameOf(operation));

  it('concerns its own realm only, where both have the same names', async () => {
    const { here, there } = realms;
    const names = namesIn(here, realms.twin());
    const before = await realms.rowsOf(there);
    const { code, body } = await send(asker, operation, names);
    // an id that is a user already is none to be made
    if (!isOfBothIds) expect([nameOf(operation), code, body]).toEqual([nameOf(operation), undefined, body]);
    expect(JSON.stringify(body)).not.toMatch(/of there/);
    for (const id of there.ids.values()) expect(JSON.stringify(body)).not.toContain(id);
    expect(await realms.rowsOf(there)).toEqual(before);
  });

  it('does nothing with names and ids of another realm, and tells nothing of them', async () => {
    const { here, there } = realms;
    const id = there.ids.get('only-there') ?? '';
    const foreign = { ...namesIn(there, { userId: 'only-there', group: 'group-of-there' }), realm: here.realm, id };
    const before = await realms.rowsOf(there);
    const { body } = await send(asker, operation, foreign);
    expect(JSON.stringify(body)).not.toMatch(/(?<!group-|only-)of there/);
    // what stands in the request may stand in the answer
    if (!JSON.stringify(requests[nameOf(operation)]?.(foreign)).includes(id)) {
      expect(JSON.stringify(body)).not.toContain(id);
    }
    expect(await realms.rowsOf(there)).toEqual(before);
    const held = (await realms.rowsOf(here)).filter((row) => row.includes(id));
    expect(held).toEqual([]);
  });
});

describe('a batch with items of two realms', () => {
  const reading = inRealm.filter((operation) => operation.effect === 'none' && askersOf(operation).length > 0);
  it.each(reading.map((operation) => [nameOf(operation), operation] as const))(
    '%s answers each item what it answers alone; what is wrong with one is its own matter',
    async (name, operation) => {
      const twin = realms.twin();
      const [asker = 'operator'] = askersOf(operation);
      const items = Array.from({ length: 12 }, (_, index) => {
        const names = namesIn(index % 2 === 0 ? realms.here : realms.there, twin);
        if (index === 4) return { realm: '>', userId: {} };
        if (index === 5) return requests[name]?.({ ...names, realm: 'nowhere' });
        if (index === 6) return null;
        return requests[name]?.(names);
      });
      const together = await realms.askers.sendTogether(asker, operation, items, {
        'Countersign-Realm': realms.here.realm,
      });
      const alone: BusAnswer[] = [];
      for (const item of items) alone.push(await realms.askers.send(asker, operation, item));
      const shown = (answers: readonly BusAnswer[]) => answers.map(({ code, body }) => [code, code ?? body]);
      expect(shown(together)).toEqual(shown(alone));
      expect(together.filter(({ code }) => code === undefined)).toHaveLength(9);
    },
  );

  it('changes users of the same name each in its own realm, around items that fail', async () => {
    const { here, there } = realms;
    const { userId } = realms.twin();
    const items = [here, there, here, there].map(({ realm }, index) => ({
      realm,
      userId: index < 2 ? userId : 'nobody',
      attributes: { custom1: `batch of ${realm}` },
    }));
    const answers = await realms.askers.sendTogether('gateway', updateUser, items, {
      'Countersign-Realm': here.realm,
    });
    expect(answers.map(({ code }) => code)).toEqual([undefined, undefined, 'user.unknown', 'user.unknown']);
    for (const { realm } of [here, there]) {
      const { attributes } = await realms.askers.ask('gateway', showProfile, { realm, userId });
      expect(attributes['custom1']).toBe(`batch of ${realm}`);
    }
  });

  it('of changes under one key is no way to another realm: the key stands for one request', async () => {
    const { here, there } = realms;
    const { userId } = realms.twin();
    const key = { 'Countersign-Idempotency-Key': 'one-key' };
    const ask = (realm: string) =>
      realms.askers.sendTogether('gateway', updateUser, [{ realm, userId, attributes: { custom2: realm } }], key);
    await Promise.all([ask(here.realm), ask(there.realm)]);
    for (const { realm } of [here, there]) {
      const { attributes } = await realms.askers.ask('gateway', showProfile, { realm, userId });
      expect([undefined, realm]).toContain(attributes['custom2']);
    }
  });
});
