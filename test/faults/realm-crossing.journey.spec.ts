import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { versions } from '../../apps/gateway/src/dialects/secureauth/declare-endpoint.js';
import { endpoints } from '../../apps/gateway/src/dialects/secureauth/endpoints.js';
import type { Endpoint, Method, Route } from '../../apps/gateway/src/exchange/endpoint.js';
import type { Answer } from '../journeys/application.js';
import { password, type RealmFacts, type Twin, TwoRealms } from './two-realms.js';

/** Guarantee G7 at the gateway: every endpoint in every form, generated from the list of endpoints. */
let realms: TwoRealms;
beforeAll(async () => {
  // one for each test of a call, and two for requests at once: each test compares all rows of a realm
  realms = await TwoRealms.open(['crossed-here', 'crossed-there'], 3 * calls.length + 2);
}, 180_000);
afterAll(() => realms?.close(), 60_000);

interface Call {
  readonly endpoint: Endpoint;
  readonly route: Route;
  readonly method: Method;
}
const calls: readonly Call[] = endpoints.flatMap((endpoint) =>
  endpoint.routes.flatMap((route) => route.methods.map((method) => ({ endpoint, route, method }))),
);
const table = calls.map((call) => [`${call.method} ${call.route.path} (${call.route.form})`, call] as const);

/** What each endpoint takes; an endpoint without a line here fails the first test. */
const bodies: Readonly<Record<string, (names: Twin) => unknown>> = {
  'users.show': () => undefined,
  'users.update': () => ({
    properties: { firstName: 'changed' },
    knowledgeBase: { kbq1: { question: 'q', answer: 'changed' } },
  }),
  'users.create': ({ userId }) => ({ userId: `${userId}-new`, password, properties: { firstName: 'made' } }),
  'users.erase': ({ userId }) => ({ user_id: userId }),
  'passwords.reset': () => ({ password: 'a fresh start, please' }),
  'passwords.change': () => ({ currentPassword: password, newPassword: 'a fresh start, please' }),
  'users.add-group': () => undefined,
  'users.add-groups': ({ group }) => ({ groupNames: [group] }),
  'groups.add-user': () => undefined,
  'groups.add-users': ({ userId }) => ({ userIds: [userId] }),
};

function pathOf({ route }: Call, realm: string, { userId, group }: Twin, version = 'v1'): string {
  const path = route.path
    .replace('{realm}', realm)
    .replace('{version}', version)
    .replace('{userId}', encodeURIComponent(userId))
    .replace('{domain}', 'CORP')
    .replace('{group}', encodeURIComponent(group));
  const query = route.form === 'by-query' ? `?username=${encodeURIComponent(userId)}` : '';
  return path + query;
}

const ask = (call: Call, { application }: RealmFacts, realm: string, names: Twin, version = 'v1'): Promise<Answer> =>
  application.ask(call.method, pathOf(call, realm, names, version), bodies[call.endpoint.name]?.(names));

it('every endpoint is called here, in every form', () => {
  expect(endpoints.map(({ name }) => name).filter((name) => bodies[name] === undefined)).toEqual([]);
  expect(calls.length).toBeGreaterThanOrEqual(25);
});

describe.each(table)('%s', (_name, call) => {
  it('is refused to an application of another realm, in every version, and nothing is done in either', async () => {
    const { here, there } = realms;
    const names = realms.twin();
    const before = [await realms.rowsOf(here), await realms.rowsOf(there)];
    for (const version of versions) {
      const answer = await ask(call, there, here.realm, names, version);
      expect([answer.status, answer.json, answer.signatureHolds]).toEqual([
        401,
        { status: 'invalid', message: 'AppId is unknown.' },
        undefined,
      ]);
    }
    expect([await realms.rowsOf(here), await realms.rowsOf(there)]).toEqual(before);
  });

  it('concerns the user and the group of its own realm only, where both have the same names', async () => {
    const { here, there } = realms;
    const names = realms.twin();
    const before = await realms.rowsOf(there);
    const answer = await ask(call, here, here.realm, names);
    expect([answer.status, answer.signatureHolds]).toEqual([200, true]);
    expect(['success', 'found']).toContain(answer.json.status);
    expect(answer.text).not.toContain('of there');
    expect(await realms.rowsOf(there)).toEqual(before);
  });

  it('answers for a user or group of another realm as for one that does not exist', async () => {
    const { here, there } = realms;
    const own = realms.twin();
    const before = await realms.rowsOf(there);
    for (const [foreign, none] of [
      [
        { userId: 'only-there', group: own.group },
        { userId: 'only-nobody', group: own.group },
      ],
      [
        { userId: own.userId, group: 'group-of-there' },
        { userId: own.userId, group: 'group-of-nobody' },
      ],
    ] as const) {
      const [one, other] = [await ask(call, here, here.realm, foreign), await ask(call, here, here.realm, none)];
      const named = (text: string) => text.replaceAll(/only-(there|nobody)|group-of-(there|nobody)/g, 'x');
      // who is created, erased or changed by the first is so by then
      if (foreign.userId !== own.userId)
        expect([one.status, named(one.text)]).toEqual([other.status, named(other.text)]);
      expect(one.text).not.toMatch(/of there\b/);
    }
    expect(await realms.rowsOf(there)).toEqual(before);
  });
});

describe('many requests at once', () => {
  it('of two realms about users of the same name are each answered of their own', async () => {
    const { here, there } = realms;
    const { userId } = realms.twin();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const realm = index % 2 === 0 ? here : there;
        const path = `/${realm.realm}/api/v1/users/${userId}`;
        // equal requests of one millisecond would have equal signatures
        return realm.application.send(realm.application.prepare('GET', path, { dateOffsetMs: index }));
      }),
    );
    for (const [index, { json }] of answers.entries()) {
      const realm = index % 2 === 0 ? 'here' : 'there';
      expect(json.properties.firstName.value).toBe(`${userId} of ${realm}`);
      expect(json.knowledgeBase.kbq1.answer).toBe(`answer of ${realm}`);
    }
  });

  it('of two realms that change users of the same name change each its own', async () => {
    const { here, there } = realms;
    const { userId } = realms.twin();
    const changes = Array.from({ length: 60 }, (_, index) => {
      const realm = index % 2 === 0 ? here : there;
      const key = `auxId${1 + ((index >> 1) % 10)}`;
      return realm.application.ask('PUT', `/${realm.realm}/api/v1/users/${userId}`, {
        properties: { [key]: `${realm.realm} ${index}` },
      });
    });
    expect(new Set((await Promise.all(changes)).map(({ json }) => json.status))).toEqual(new Set(['success']));
    for (const realm of [here, there]) {
      const { json } = await realm.application.ask('GET', `/${realm.realm}/api/v1/users/${userId}`);
      const values = Array.from({ length: 10 }, (_, index) => json.properties[`auxId${index + 1}`].value as string);
      expect(values.filter((value) => !value.startsWith(`${realm.realm} `))).toEqual([]);
    }
  });
});
