import { createGroup } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Application } from './application.js';
import { countersign, type Outcome } from './command-line.js';
import { OwnRealms } from './own-realms.js';

/** Section C.5 of the contract, and groups as operators keep them, through gateway, bus, directory and PostgreSQL. */
let realms: OwnRealms;
let secondGateway: string;
let own: Application;
let other: Application;
beforeAll(async () => {
  realms = await OwnRealms.open();
  secondGateway = (await realms.platform.join('gateway')).url;
  own = await realms.make('groups');
  other = await realms.make('other-groups');
  for (const realm of ['groups', 'other-groups']) {
    for (const group of ['staff', 'a, b', 'Zürich ☃'])
      await realms.askers.ask('operator', createGroup, { realm, group });
  }
  for (const userId of people) {
    await createUser(own, 'groups', userId);
    await createUser(other, 'other-groups', userId);
  }
}, 180_000);
afterAll(() => realms?.close());

const people = ['ann', 'bob', 'Čapek čtvrtý', '__proto__'];
const password = 'correct horse battery';
const success = { status: 'success', message: '' };
const failure = { status: 'failure', message: 'Failed to add user to group.' };

async function operate(...args: string[]): Promise<Outcome> {
  const outcome = await countersign(realms.platform.folder, ...args);
  expect([args, outcome.code, outcome.stderr]).toEqual([args, 0, outcome.stderr]);
  return outcome;
}

async function createUser(application: Application, realm: string, userId: string): Promise<void> {
  const { json } = await application.ask('POST', `/${realm}/api/v1/users`, { userId, password });
  expect(json).toEqual(success);
}

const path = (...names: string[]) => names.map((name) => `/${encodeURIComponent(name)}`).join('');
const post = (end: string, body?: unknown): Promise<Answer> => own.ask('POST', `/groups/api/v1${end}`, body);

async function groupsOf(userId: string, application = own, realm = 'groups'): Promise<readonly string[]> {
  return (await application.ask('GET', `/${realm}/api/v1/users${path(userId)}`)).json.groups;
}

describe('C.5 one user and one group', () => {
  it.each([
    ['ann', '/users/ann/groups/staff', undefined],
    ['bob', '/groups/staff/users/bob', {}],
    ['Čapek čtvrtý', `/users${path('Čapek čtvrtý')}/groups/staff/`, undefined],
    ['ann', `/groups${path('Zürich ☃')}/users/ANN/`, undefined],
  ])('%s: POST %s associates, and the profile shows it', async (userId, end, body) => {
    const answer = await post(end, body);
    expect([answer.status, answer.text, answer.signatureHolds]).toEqual([
      200,
      '{"status":"success","message":""}',
      true,
    ]);
    expect((await groupsOf(userId)).length).toBeGreaterThan(0);
  });

  it('again is success, and changes nothing', async () => {
    const before = await groupsOf('ann');
    expect((await post('/users/ann/groups/STAFF')).json).toEqual(success);
    expect(await groupsOf('ann')).toEqual(before);
  });

  it.each(['/users/nobody/groups/staff', '/users/ann/groups/nothing', '/groups/nothing/users/ann'])(
    'POST %s fails with 200',
    async (end) => {
      const answer = await post(end);
      expect([answer.status, answer.json, answer.signatureHolds]).toEqual([200, failure, true]);
    },
  );

  it('raced fifty times over two gateways is one membership and fifty successes', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        // each differs in its body: equal requests of one millisecond would have equal signatures
        own.ask(
          'POST',
          '/groups/api/v1/users/bob/groups/a%2C%20b',
          { index },
          index % 2 === 0 ? secondGateway : undefined,
        ),
      ),
    );
    expect(answers.map(({ text }) => text)).toEqual(Array(50).fill('{"status":"success","message":""}'));
    const members = JSON.parse((await operate('group', 'show', 'a, b', '--realm', 'groups', '--json')).stdout);
    expect(JSON.stringify(members).match(/"bob"/g)).toHaveLength(1);
  });
});

describe('C.5 many', () => {
  it('associates who is there; who is not fails alone, in the order of the request', async () => {
    const userIds = ['nobody', 'bob', 'x'.repeat(300), '', 'nobody', 'jdoe', '__proto__', 'ANN'];
    const answer = await post(`/groups${path('Zürich ☃')}/users/`, { userIds });
    expect([answer.status, answer.json, answer.signatureHolds]).toEqual([
      200,
      {
        failures: { 'Zürich ☃': ['nobody', 'x'.repeat(300), ''] },
        status: 'failed',
        message: 'There were 3 association errors.',
      },
      true,
    ]);
    for (const userId of ['bob', 'jdoe', '__proto__', 'ann']) expect(await groupsOf(userId)).toContain('Zürich ☃');
  });

  it('one user, many groups: the same', async () => {
    const groupNames = ['staff', 'nothing', 'A, B', 'STAFF'];
    const answer = await post('/users/jdoe/groups', { groupNames });
    expect(answer.text).toBe(
      '{"failures":{"jdoe":["nothing"]},"status":"failed","message":"There were 1 association errors."}',
    );
    expect(await groupsOf('jdoe')).toEqual(expect.arrayContaining(['staff', 'a, b']));
  });

  it('an unknown subject fails them all', async () => {
    const answer = await post('/users/nobody/groups', { groupNames: ['staff', 'a, b'] });
    expect(answer.json.failures).toEqual({ nobody: ['staff', 'a, b'] });
  });

  it('a thousand at once are answered, a thousand and one are refused', async () => {
    const names = Array.from({ length: 999 }, (_, index) => `nobody ${index}`);
    const answer = await post('/groups/staff/users', { userIds: [...names, 'jdoe'] });
    expect(answer.json).toMatchObject({ failures: { staff: names }, message: 'There were 999 association errors.' });
    const tooMany = await post('/groups/staff/users', { userIds: [...names, 'a', 'b'] });
    expect([tooMany.status, tooMany.json.status]).toEqual([400, 'invalid']);
  });

  it('a list that cannot be read is 400, and no user is associated', async () => {
    const before = await groupsOf('__proto__');
    for (const body of [
      '{}',
      '{"groupNames":[]}',
      '{"groupNames":["staff",5]}',
      '{"groupNames":["a, b","\\u0000"]}',
      '{',
    ]) {
      const answer = await post('/users/__proto__/groups', body);
      expect([body, answer.status, answer.json.status]).toEqual([body, 400, 'invalid']);
    }
    expect(await groupsOf('__proto__')).toEqual(before);
  });
});

describe('a realm never sees another', () => {
  it('equal names in two realms are other groups and other people', async () => {
    expect((await other.ask('POST', '/other-groups/api/v1/users/jdoe/groups/staff')).json).toEqual(success);
    await operate('group', 'create', 'only-there', '--realm', 'other-groups');
    expect((await groupsOf('jdoe', other, 'other-groups')).toSorted()).toEqual([
      'SharePoint Developers',
      'SharePoint Visitors',
      'staff',
    ]);
    for (const answer of [
      await post('/users/jdoe/groups/only-there'),
      await post('/groups/only-there/users/jdoe'),
      await post('/users/jdoe/groups/CN=only-there%2CDC=other'),
    ]) {
      expect(answer.json).toEqual(failure);
    }
    expect((await post('/users/jdoe/groups', { groupNames: ['only-there', 'staff'] })).json.failures).toEqual({
      jdoe: ['only-there'],
    });
    expect(await groupsOf('jdoe')).not.toContain('only-there');
  });

  it("another realm's path is refused before anything is read", async () => {
    const answer = await own.ask('POST', '/other-groups/api/v1/users/jdoe/groups/staff');
    expect([answer.status, answer.json.message]).toEqual([401, 'AppId is unknown.']);
  });
});

describe('groups as the realm shows them', () => {
  it('are distinguished names from the next request on, at every gateway, and may be named so', async () => {
    const suffix = 'OU=groups,DC=dev,DC=local';
    await operate('realm', 'set', 'groups', `dialects.secureauth.groupNameSuffix=${suffix}`);
    for (const url of [undefined, secondGateway]) {
      const { groups } = (await own.ask('GET', '/groups/api/v1/users/jdoe', undefined, url)).json;
      expect(groups).toEqual(expect.arrayContaining([`CN=a\\, b,${suffix}`, `CN=staff,${suffix}`]));
    }
    const name = `cn=a\\2C B,ou=groups,dc=DEV,dc=local`;
    expect((await post(`/users/ann/groups${path(name)}`)).json).toEqual(success);
    const many = await post(`/groups${path(name)}/users`, { userIds: ['bob', 'nobody'] });
    expect(many.json.failures).toEqual({ [name]: ['nobody'] });
    expect((await post('/users/ann/groups', { groupNames: ['staff', 'CN=staff,DC=other'] })).json.failures).toEqual({
      ann: ['CN=staff,DC=other'],
    });
    await operate('realm', 'set', 'groups', 'dialects.secureauth.groupNameSuffix=null');
    expect(await groupsOf('jdoe')).toEqual(expect.arrayContaining(['a, b', 'staff']));
  });

  it('are not there for applications of a realm that does not support them', async () => {
    await operate('realm', 'set', 'groups', 'dialects.secureauth.supportsGroups=false');
    const unsupported = {
      status: 'failure',
      message: 'Group actions are not supported with the current configuration.',
    };
    for (const answer of [
      await post('/users/ann/groups/staff'),
      await post('/groups/staff/users/ann'),
      await post('/users/ann/groups', { groupNames: ['staff'] }),
      await post('/groups/staff/users', { userIds: ['ann'] }),
    ]) {
      expect([answer.status, answer.json]).toEqual([200, unsupported]);
    }
    await operate('realm', 'set', 'groups', 'dialects.secureauth.supportsGroups=null');
    expect((await post('/users/ann/groups/staff')).json).toEqual(success);
  });
});

describe('groups that an operator renames and deletes', () => {
  it('keep their members under the new name, and leave them with the group', async () => {
    await operate('group', 'create', 'old name', '--realm', 'groups');
    expect((await post('/users/ann/groups/old%20name')).json).toEqual(success);
    await operate('group', 'rename', 'old name', 'new name', '--realm', 'groups');
    expect(await groupsOf('ann')).toContain('new name');
    expect((await post('/users/ann/groups/old%20name')).json).toEqual(failure);
    await operate('group', 'delete', 'new name', '--realm', 'groups', '--yes');
    expect(await groupsOf('ann')).not.toContain('new name');
    expect((await post('/users/ann/groups/new%20name')).json).toEqual(failure);
    await operate('group', 'create', 'new name', '--realm', 'groups');
    expect(await groupsOf('ann')).not.toContain('new name');
  });
});

describe('the permission', () => {
  it('for associations is one of its own', async () => {
    const reader = await realms.application('groups', ['user-management', 'user-deletion']);
    const answer = await reader.ask('POST', '/groups/api/v1/users/ann/groups/staff');
    expect([answer.status, answer.json.status, answer.signatureHolds]).toEqual([403, 'invalid', true]);
  });
});
