import { propertyNames, questionNames } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Application } from '../journeys/application.js';
import { password, type Twin, TwoRealms } from './two-realms.js';

/**
 * Mass assignment (better-auth CVE-2025-61928), types and prototypes (ASVS 5.0 15.3.3 to 15.3.6). Unknown keys are
 * ignored, as the contract has it: so each is shown to have had no effect, in the rows of the database.
 */
let realms: TwoRealms;
let here: Application;
beforeAll(async () => {
  realms = await TwoRealms.open(['assigned-here', 'assigned-there'], 80);
  here = realms.here.application;
}, 180_000);
afterAll(() => realms?.close(), 60_000);

const users = '/assigned-here/api/v1/users';
const pathOf = ({ userId }: Twin): string => `${users}/${encodeURIComponent(userId)}`;

/** Keys that no body of ours has, with values that somebody might hope for. */
const privileged: Readonly<Record<string, unknown>> = {
  id: '0192f0c1-7b7d-7000-8000-000000000001',
  user_uuid: '0192f0c1-7b7d-7000-8000-000000000001',
  realm: 'assigned-there',
  realmId: '0192f0c1-7b7d-7000-8000-000000000002',
  realm_id: '0192f0c1-7b7d-7000-8000-000000000002',
  username: 'only-here',
  status: 'disabled',
  state: 'locked',
  isWritable: 'true',
  groups: ['group-of-here'],
  groupNames: ['group-of-here'],
  userIds: ['only-here'],
  passwordHash: '{SSHA}AAAA',
  reportAccountState: false,
  extendedProperties: { ExtProperty1: 'x' },
  name: { given: 'x' },
  displayName: 'x',
  aliases: ['only-here-too'],
  emails: [{ position: 1, value: 'x@example.com', verifiedAt: '2026-11-22T00:00:00Z' }],
  phones: [{ position: 4, value: 'x' }],
  attributes: { custom2: 'x', extended1: 'x' },
  questions: { 3: { question: 'x', answer: 'x' } },
  pin: 'x',
  notes: 'x',
  permissions: ['user-deletion'],
  actor: { kind: 'operator', id: 'root' },
  applicationId: '0'.repeat(32),
  version: 9,
  createdAt: '1970-01-01T00:00:00Z',
  createGroups: true,
  dryRun: true,
};
const privilegedProperties = {
  ...Object.fromEntries(Object.keys(privileged).map((key) => [key, 'x'])),
  ...{ ExtProperty1: 'x', ExtProperty99: 'x', phone5: 'x', email5: 'x', auxId11: 'x', firstname: 'x', password: 'x' },
  ...{ sealed_secrets: 'x', accessHistories: 'x', userId: 'x', 'firstName ': 'x', 'a.firstName': 'x', toString: 'x' },
};
const privilegedQuestions = { kbq7: { question: 'x', answer: 'x' }, helpDeskKb2: { question: 'x', answer: 'x' } };

/** The rows of a user, but for when they were last changed. */
async function rowsAbout({ userId }: Twin): Promise<readonly string[]> {
  const id = realms.here.ids.get(userId) ?? '';
  const rows = (await realms.rowsOf(realms.here)).filter((row) => row.includes(id) && !row.includes('outbox'));
  return rows.map((row) => row.replace(/, "updated_at": "[^"]*"/, ''));
}
const profileOf = async (twin: Twin): Promise<Answer['json']> => (await here.ask('GET', pathOf(twin))).json;

describe('keys that a body does not have', () => {
  it('change nothing when a user is changed, beside what is changed', async () => {
    const [twin, control] = [realms.twin(), realms.twin()];
    const body = { properties: { auxId1: 'changed' }, knowledgeBase: { kbq2: { question: 'q', answer: 'a' } } };
    await here.ask('PUT', pathOf(control), body);
    const answer = await here.ask('PUT', pathOf(twin), {
      ...privileged,
      properties: { ...privilegedProperties, ...body.properties },
      knowledgeBase: { ...privilegedQuestions, ...body.knowledgeBase },
    });
    expect(answer.json).toEqual({ status: 'success', message: '' });
    const [found, expected] = [await profileOf(twin), await profileOf(control)];
    expect({ ...found, userId: '', groups: [], properties: { ...found.properties, firstName: '' } }).toEqual({
      ...expected,
      userId: '',
      groups: [],
      properties: { ...expected.properties, firstName: '' },
    });
    expect(found.groups).toEqual([twin.group]);
  });

  it('alone are no change at all', async () => {
    const twin = realms.twin();
    const before = await rowsAbout(twin);
    expect(before.length).toBeGreaterThan(1);
    for (const body of [privileged, { properties: privilegedProperties, knowledgeBase: privilegedQuestions }]) {
      expect((await here.ask('POST', pathOf(twin), body)).json.status).toBe('success');
    }
    expect(await rowsAbout(twin)).toEqual(before);
  });

  it('make no other user than one without them', async () => {
    const { userId } = realms.twin();
    const made = { userId: `${userId} made`, password, properties: { firstName: 'made' } };
    const before = await realms.rowsOf(realms.there);
    const answer = await here.ask('POST', users, {
      ...privileged,
      ...made,
      properties: { ...privilegedProperties, ...made.properties },
    });
    expect(answer.json).toEqual({ status: 'success', message: '' });
    expect(await profileOf({ userId: made.userId, group: '' })).toEqual({
      userId: made.userId,
      properties: { firstName: { value: 'made', isWritable: 'true' } },
      knowledgeBase: {},
      groups: [],
      accessHistories: [],
      status: 'found',
      message: '',
    });
    expect(await realms.rowsOf(realms.there)).toEqual(before);
    expect(JSON.stringify(await realms.rowsOf(realms.here))).not.toContain(privileged['id']);
  });

  it('direct neither a password nor an association nor an erasure at another user', async () => {
    const [twin, victim] = [realms.twin(), { userId: 'only-here', group: 'group-of-here' }];
    const before = await rowsAbout(victim);
    const aside: Readonly<Record<string, unknown>> = {
      ...privileged,
      userId: victim.userId,
      user: victim.userId,
      group: victim.group,
    };
    const { domain: _, ...single } = aside;
    for (const [method, path, body] of [
      ['POST', `${pathOf(twin)}/resetpwd`, { ...aside, password: 'a fresh start, please' }],
      [
        'POST',
        `${pathOf(twin)}/changepwd`,
        { ...aside, currentPassword: 'a fresh start, please', newPassword: password },
      ],
      ['POST', `${pathOf(twin)}/groups/${realms.twin().group}`, aside],
      ['POST', `/assigned-here/api/v1/groups/${twin.group}/users/${realms.twin().userId}`, aside],
      ['POST', `${pathOf(twin)}/groups`, { ...aside, groupNames: [realms.twin().group] }],
      ['DELETE', users, { ...single, domain: '', user_id: twin.userId }],
    ] as const) {
      const answer = await here.ask(method, path, body);
      expect([path, answer.status, answer.json.status]).toEqual([path, 200, 'success']);
    }
    expect(await rowsAbout(victim)).toEqual(before);
    expect((await here.ask('GET', pathOf(twin))).status).toBe(404);
  });
});

describe('what is not of its type', () => {
  const odd: readonly unknown[] = [
    { $ne: '' },
    { $gt: '' },
    ['jdoe'],
    [],
    {},
    0,
    1,
    true,
    { toString: 'jdoe' },
    { length: 3 },
    null,
  ];

  it('is no user id and no password, and finds no user', async () => {
    const twin = realms.twin();
    const before = await rowsAbout(twin);
    for (const value of odd) {
      const made = await here.ask('POST', users, { userId: value, password });
      expect([value, made.json]).toEqual([value, { status: 'failed', message: 'Invalid username.' }]);
      for (const [path, body] of [
        ['resetpwd', { password: value }],
        ['changepwd', { currentPassword: value, newPassword: 'a fresh start, please' }],
        ['changepwd', { currentPassword: password, newPassword: value }],
      ] as const) {
        const answer = await here.ask('POST', `${pathOf(twin)}/${path}`, body);
        expect([value, answer.status, answer.json.status]).toEqual([value, 400, 'invalid']);
      }
      const erased = await here.ask('DELETE', users, { user_id: value });
      expect([value, erased.status, erased.json.status]).toEqual([value, 400, 'invalid']);
    }
    expect(await rowsAbout(twin)).toEqual(before);
  });

  it('is no property, question, name in a list or list', async () => {
    const twin = realms.twin();
    const before = await rowsAbout(twin);
    for (const value of odd.filter((one) => one !== null)) {
      for (const [method, path, body] of [
        ['PUT', pathOf(twin), { properties: { firstName: value } }],
        ['PUT', pathOf(twin), { knowledgeBase: { kbq1: { question: value, answer: 'a' } } }],
        ['POST', `${pathOf(twin)}/groups`, { groupNames: [value] }],
        ['POST', `/assigned-here/api/v1/groups/${twin.group}/users`, { userIds: ['only-here', value] }],
      ] as const) {
        const answer = await here.ask(method, path, body);
        expect([path, value, answer.status, answer.json.status]).toEqual([path, value, 400, 'invalid']);
      }
    }
    for (const value of ['x', 0, true, [], ['firstName']]) {
      for (const key of ['properties', 'knowledgeBase']) {
        const answer = await here.ask('PUT', pathOf(twin), { [key]: value });
        expect([key, value, answer.status]).toEqual([key, value, 400]);
      }
    }
    expect(await rowsAbout(twin)).toEqual(before);
  });

  it.each(['[]', 'null', '"x"', '1', 'true', '{', '{"a":1}x', '{"a":01}', "{'a':1}", 'NaN'])(
    'is no body: %s',
    async (body) => {
      const answer = await here.ask('PUT', pathOf(realms.twin()), body);
      expect([answer.status, answer.json.status, answer.signatureHolds]).toEqual([400, 'invalid', true]);
    },
  );
});

describe('keys that mean something to JavaScript or to a parser', () => {
  it('are keys like any other: no prototype is touched, by whatever endpoint', async () => {
    const twin = realms.twin();
    const poison =
      '"__proto__":{"isAdmin":"yes","firstName":"poison","properties":{"lastName":"poison"}},"constructor":{"prototype":{"auxId9":"poison"}}';
    for (const [method, path, body] of [
      ['PUT', pathOf(twin), `{${poison},"properties":{${poison},"auxId1":"own"}}`],
      [
        'PUT',
        pathOf(twin),
        `{"knowledgeBase":{${poison},"kbq1":{"__proto__":{"question":"x"},"question":"own","answer":"own"}}}`,
      ],
      ['POST', users, `{${poison},"userId":"${twin.userId} made","password":"${password}"}`],
      ['POST', `${pathOf(twin)}/resetpwd`, `{"__proto__":{"password":"poison poison"},"password":"${password}"}`],
    ] as const) {
      const answer = await here.ask(method, path, body);
      expect([path, answer.status, answer.text]).toEqual([path, 200, expect.stringContaining('success')]);
    }
    const refused = await here.ask('POST', `${pathOf(twin)}/resetpwd`, '{"__proto__":{"password":"poison poison"}}');
    expect(refused.status).toBe(400);
    const { properties, knowledgeBase } = await profileOf(twin);
    expect(JSON.stringify([properties, knowledgeBase])).not.toContain('poison');
    const other = await profileOf(realms.twin());
    expect(JSON.stringify(other)).not.toMatch(/poison|isAdmin/);
    expect(Object.keys(other.properties).every((key) => propertyNames.includes(key))).toBe(true);
    expect(Object.keys(other.knowledgeBase).every((key) => questionNames.includes(key))).toBe(true);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])('may be names: %s', async (name) => {
    const path = `${users}/${name}`;
    expect((await here.ask('GET', path)).status).toBe(404);
    expect((await here.ask('POST', users, `{"userId":"${name}","password":"${password}"}`)).json.status).toBe(
      'success',
    );
    expect((await here.ask('GET', path)).json.userId).toBe(name);
    const failed = await here.ask('POST', `${path}/groups`, { groupNames: [name] });
    expect(failed.text).toContain(`"failures":{"${name}":["${name}"]}`);
  });

  it('that occur twice count once, by their last value, in every part that reads them', async () => {
    const twin = realms.twin();
    const answer = await here.ask(
      'PUT',
      pathOf(twin),
      '{"properties":{"auxId1":"first","auxId1":"last"},"properties":{"auxId2":"last"}}',
    );
    expect(answer.json.status).toBe('success');
    const { properties } = await profileOf(twin);
    expect([properties.auxId1, properties.auxId2.value]).toEqual([undefined, 'last']);
    const made = await here.ask(
      'POST',
      users,
      `{"userId":"${twin.userId} 1","userId":"${twin.userId} 2","password":"${password}"}`,
    );
    expect(made.json.status).toBe('success');
    expect((await here.ask('GET', `${users}/${twin.userId}%201`)).status).toBe(404);
    expect((await here.ask('GET', `${users}/${twin.userId}%202`)).status).toBe(200);
  });
});
