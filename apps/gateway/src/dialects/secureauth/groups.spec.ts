import { addMembers, Problem } from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../../../testing/gateway-under-test.js';

const gateway = new GatewayUnderTest();
const base = '/demo/api/v1';
const success = '{"status":"success","message":""}';
const failure = '{"status":"failure","message":"Failed to add user to group."}';
const unsupported = '{"status":"failure","message":"Group actions are not supported with the current configuration."}';
const json = (value: unknown) => JSON.stringify(value);

/** Users and groups that there are; everything else fails. */
const known = new Set(['jdoe', 'jsmith', 'CORP\\jdoe', 'admins', 'Sharepoint Visitors', 'a, b', '__proto__']);
function associate({ userIds, groups }: Record<string, unknown>): object {
  return {
    failed: (userIds as string[]).flatMap((user, userIndex) =>
      (groups as string[]).flatMap((group, groupIndex) => {
        if (!known.has(user)) return [{ userIndex, groupIndex, problem: 'user.unknown' }];
        return known.has(group) ? [] : [{ userIndex, groupIndex, problem: 'group.unknown' }];
      }),
    ),
  };
}

beforeAll(() => gateway.open());
beforeEach(() => {
  gateway.services.asked.splice(0);
  gateway.services.on(addMembers, associate);
  gateway.change({ supportsGroups: true, groupNameSuffix: '', ownDomain: '', usernameInQuery: undefined });
});
afterAll(() => gateway.close());

const post = (path: string, body?: string | object) =>
  gateway.send({
    method: 'POST',
    path: `${base}${path}`,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : json(body) }),
  });
const asked = () => gateway.services.effects().map(({ request }) => request);

describe('secureauth C.5: one user and one group', () => {
  const shapes = ['/users/jdoe/groups/Sharepoint%20Visitors', '/groups/Sharepoint%20Visitors/users/jdoe'];
  it.each(shapes)('%s associates, with no body, {} or a slash at the end', async (path) => {
    for (const [end, body] of [
      ['', undefined],
      ['/', undefined],
      ['', ''],
      ['', '{}'],
      ['/', '{"groupNames":["x"]}'],
    ] as const) {
      const answer = await post(path + end, body);
      expect([answer.status, answer.body, answer.signatureHolds]).toEqual([200, success, true]);
    }
    for (const request of asked()) {
      expect(request).toEqual({ realm: 'demo', userIds: ['jdoe'], groups: ['Sharepoint Visitors'] });
    }
  });

  it.each([
    '/users/nobody/groups/admins',
    '/users/jdoe/groups/nothing',
    '/groups/admins/users/nobody',
    '/groups/nothing/users/jdoe',
  ])('%s fails with 200', async (path) => {
    const answer = await post(path);
    expect([answer.status, answer.body]).toEqual([200, failure]);
  });

  it.each([`/users/${'x'.repeat(257)}/groups/admins`, `/groups/${'x'.repeat(257)}/users/jdoe`])(
    'a name that breaks the rules fails, and no service is asked',
    async (path) => {
      expect((await post(path)).body).toBe(failure);
      expect(asked()).toEqual([]);
    },
  );

  it('in v2 and v3 is the same', async () => {
    for (const version of ['v2', 'v3']) {
      const answer = await gateway.send({ method: 'POST', path: `/demo/api/${version}/users/jdoe/groups/admins` });
      expect(answer.body).toBe(success);
    }
  });

  it.each(['GET', 'PUT', 'DELETE'])('is not there with %s', async (method) => {
    for (const path of shapes) {
      const answer = await gateway.send({ method, path: `${base}${path}` });
      expect([answer.status, JSON.parse(answer.body).status]).toEqual([405, 'invalid']);
    }
    expect(asked()).toEqual([]);
  });
});

describe('secureauth C.5: many', () => {
  const two = { userIds: ['jdoe', 'kmartin', 'jsmith', 'pjohnson'] };

  it("is the guide's sample, byte for byte", async () => {
    const answer = await post('/groups/Sharepoint%20Visitors/users', two);
    expect([answer.status, answer.body]).toEqual([
      200,
      '{"failures":{"Sharepoint Visitors":["kmartin","pjohnson"]},"status":"failed","message":"There were 2 association errors."}',
    ]);
  });

  it.each(['/users/jdoe/groups', '/users/jdoe/groups/'])('%s names the user in failures', async (path) => {
    const answer = await post(path, { groupNames: ['nothing', 'admins'] });
    expect(answer.body).toBe(
      '{"failures":{"jdoe":["nothing"]},"status":"failed","message":"There were 1 association errors."}',
    );
    expect((await post(path, { groupNames: ['admins'] })).body).toBe(success);
  });

  it('an unknown user or group in the path fails them all', async () => {
    const users = await post('/users/nobody/groups', { groupNames: ['admins', 'a, b'] });
    expect(JSON.parse(users.body)).toMatchObject({ failures: { nobody: ['admins', 'a, b'] } });
    const long = 'x'.repeat(257);
    const groups = await post(`/groups/${long}/users`, { userIds: ['jdoe'] });
    expect(JSON.parse(groups.body).failures).toEqual({ [long]: ['jdoe'] });
  });

  it('a name that breaks the rules fails alone, in its position', async () => {
    const long = 'x'.repeat(257);
    const answer = await post('/groups/admins/users', { userIds: ['', 'nobody', long, 'jdoe', ' '] });
    expect(JSON.parse(answer.body).failures).toEqual({ admins: ['', 'nobody', long, ' '] });
    expect(asked()).toEqual([{ realm: 'demo', userIds: ['nobody', 'jdoe', ' '], groups: ['admins'] }]);
  });

  it('a repeated name counts once, in whatever case', async () => {
    const answer = await post('/groups/admins/users', { userIds: ['x', 'jdoe', 'x', 'X', 'JDOE'] });
    expect(asked()).toEqual([{ realm: 'demo', userIds: ['x', 'jdoe'], groups: ['admins'] }]);
    expect(JSON.parse(answer.body)).toMatchObject({
      failures: { admins: ['x'] },
      message: 'There were 1 association errors.',
    });
  });

  it('users of a domain are those whom the path names with it', async () => {
    const userIds = ['jdoe', 'x'];
    expect(JSON.parse((await post('/groups/admins/users', { userIds, domain: 'CORP' })).body).failures).toEqual({
      admins: ['x'],
    });
    gateway.change({ ownDomain: 'corp' });
    await post('/groups/admins/users', { userIds, domain: 'CORP' });
    await post('/groups/admins/users', { userIds: ['CORP\\jdoe', 'Other\\jdoe'] });
    gateway.change({ ownDomain: '' });
    expect(asked().map(({ userIds }) => userIds)).toEqual([
      ['CORP\\jdoe', 'CORP\\x'],
      ['jdoe', 'x'],
      ['jdoe', 'Other\\jdoe'],
    ]);
  });

  it("takes the guide's sample, with a comma behind the last", async () => {
    expect((await post('/groups/admins/users', '{\n"userIds" : [\n"jdoe",\n]\n}')).body).toBe(success);
  });

  it('says of a list whether it is missing or no list', async () => {
    const said = async (body: object) => JSON.parse((await post('/groups/admins/users', body)).body).message;
    expect(await said({})).toBe('Request validation failed with: userIds is missing.');
    expect(await said({ userIds: 'jdoe' })).toBe('Request validation failed with: userIds is not a list.');
  });

  it('a thousand are taken, in order', async () => {
    const userIds = Array.from({ length: 1_000 }, (_, index) => `user ${index}`);
    const answer = await post('/groups/admins/users', { userIds });
    expect(JSON.parse(answer.body)).toMatchObject({
      failures: { admins: userIds },
      message: 'There were 1000 association errors.',
    });
  });

  it('subjects and names that objects know are names like others', async () => {
    const answer = await post('/groups/__proto__/users', { userIds: ['__proto__', 'constructor', 'toString'] });
    expect(answer.body).toBe(
      '{"failures":{"__proto__":["constructor","toString"]},"status":"failed","message":"There were 2 association errors."}',
    );
  });

  it.each([
    ['nothing', ''],
    ['an empty object', '{}'],
    ['no JSON', '{"userIds":["jdoe",,]}'],
    ['an empty list', '{"userIds":[]}'],
    ['null', '{"userIds":null}'],
    ['a string', '{"userIds":"jdoe"}'],
    ['an object', '{"userIds":{"0":"jdoe","length":1}}'],
    ['a number in it', '{"userIds":["jdoe",5]}'],
    ['null in it', '{"userIds":["jdoe",null]}'],
    ['a list in it', '{"userIds":[["jdoe"]]}'],
    ['an object in it', '{"userIds":[{"$ne":""}]}'],
    ['U+0000', '{"userIds":["jdoe","a\\u0000"]}'],
    ['a lone surrogate', '{"userIds":["jdoe","\\ud800"]}'],
    ['10,000 entries', json({ userIds: Array.from({ length: 10_000 }, (_, index) => `${index}`) })],
    ['1,001 times the same', json({ userIds: Array(1_001).fill('jdoe') })],
    ['a key that is inherited', '{"__proto__":{"userIds":["jdoe"]}}'],
    ['the other key', '{"groupNames":["jdoe"]}'],
    ['another case', '{"userids":["jdoe"]}'],
    ['deep nesting', `{"userIds":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['a key twice, of which the last is empty', '{"userIds":["jdoe"],"userIds":[]}'],
  ])('%s is 400, and no association is made', async (_what, body) => {
    const answer = await post('/groups/admins/users', body);
    expect([answer.status, JSON.parse(answer.body).status, answer.signatureHolds]).toEqual([400, 'invalid', true]);
    expect(answer.body).toMatch(/"Request validation failed with: [^"]+\."/);
    expect(
      (
        await post(
          '/users/jdoe/groups',
          body.replaceAll('userIds', 'groupNames').replace(/"groupNames":\["jdoe"\]\}$/, '"x":1}'),
        )
      ).status,
    ).toBe(400);
    expect(asked()).toEqual([]);
  });

  it('other keys are ignored', async () => {
    const body = '{"domain":null,"user_id":"x","__proto__":{"userIds":["x"]},"userIds":["jdoe"],"groupNames":["x"]}';
    expect((await post('/groups/admins/users', body)).body).toBe(success);
    expect(asked()).toEqual([{ realm: 'demo', userIds: ['jdoe'], groups: ['admins'] }]);
  });
});

const shapes: readonly (readonly [string, object | undefined])[] = [
  ['/users/jdoe/groups/admins', undefined],
  ['/groups/admins/users/jdoe', undefined],
  ['/users/jdoe/groups', { groupNames: ['admins'] }],
  ['/groups/admins/users', { userIds: ['jdoe'] }],
  ['/users/groups?username=jdoe', { groupNames: ['admins'] }],
  ['/groups/admins/users?username=jdoe', undefined],
];

describe('secureauth C.5: a realm without groups', () => {
  it.each(shapes)('%s says so', async (path, body) => {
    gateway.change({ supportsGroups: false });
    const answer = await post(path, body);
    expect([answer.status, answer.body]).toEqual([200, unsupported]);
    expect(asked()).toEqual([]);
  });
});

describe('what is refused by services', () => {
  it.each(shapes)('%s: a service that is away is 503, not a failure', async (path, body) => {
    gateway.services.on(addMembers, () => {
      throw new Problem('bus.unavailable');
    });
    const answer = await post(path, body);
    expect([answer.status, JSON.parse(answer.body).status, answer.headers['retry-after']]).toEqual([
      503,
      'server_error',
      '1',
    ]);
  });

  it('an answer that does not fit what was asked is a fault, not a success', async () => {
    gateway.services.on(addMembers, () => ({ failed: [{ userIndex: 7, groupIndex: 0, problem: 'user.unknown' }] }));
    expect((await post('/users/jdoe/groups/admins')).status).toBe(500);
  });
});

describe('groups as distinguished names (RFC 4514)', () => {
  const suffix = 'OU=groups,DC=dev,DC=local';
  const dn = `CN=a\\, b,${suffix}`;
  beforeEach(() => gateway.change({ groupNameSuffix: suffix }));

  it.each(['a, b', dn, dn.toLowerCase(), `CN=a\\2C b,${suffix}`])(
    '%s names the same group in every shape',
    async (name) => {
      const path = encodeURIComponent(name);
      expect((await post(`/users/jdoe/groups/${path}`)).body).toBe(success);
      expect((await post(`/groups/${path}/users/jdoe`)).body).toBe(success);
      expect((await post('/users/jdoe/groups', { groupNames: [name] })).body).toBe(success);
      expect((await post(`/groups/${path}/users`, { userIds: ['jdoe'] })).body).toBe(success);
      for (const request of asked()) expect(request).toMatchObject({ realm: 'demo', groups: ['a, b'] });
    },
  );

  it('failures repeat what was sent', async () => {
    const unknown = [`cn=Nothing,${suffix}`, 'Nothing'];
    const many = await post('/users/jdoe/groups', { groupNames: ['admins', ...unknown] });
    expect(JSON.parse(many.body).failures).toEqual({ jdoe: unknown });
    const one = await post(`/groups/${encodeURIComponent(dn)}/users`, { userIds: ['nobody'] });
    expect(JSON.parse(one.body).failures).toEqual({ [dn]: ['nobody'] });
  });

  it('the suffix of another realm makes a name that no group has, here or there', async () => {
    const foreign = 'CN=admins,OU=groups,DC=other,DC=local';
    expect((await post(`/users/jdoe/groups/${encodeURIComponent(foreign)}`)).body).toBe(failure);
    expect(asked()).toEqual([{ realm: 'demo', userIds: ['jdoe'], groups: [foreign] }]);
  });

  it('an escaped U+0000 names no group', async () => {
    expect((await post('/users/jdoe/groups', { groupNames: [`CN=a\\00,${suffix}`] })).status).toBe(200);
    expect(asked()).toEqual([]);
  });

  it('a suffix that an operator changes counts from the next request on', async () => {
    expect((await post('/users/jdoe/groups', { groupNames: [dn] })).body).toBe(success);
    gateway.change({ groupNameSuffix: 'DC=new' });
    expect((await post('/users/jdoe/groups', { groupNames: [dn] })).body).toContain('There were 1 association errors.');
    expect((await post('/users/jdoe/groups', { groupNames: ['CN=admins,DC=new'] })).body).toBe(success);
  });
});

describe('secureauth C.0: permission switches', () => {
  it.each(shapes)('%s without group-association: 403, signed, and nothing is asked', async (path, body) => {
    const closed = new GatewayUnderTest();
    closed.credential.permissions = closed.credential.permissions.filter((one) => one !== 'group-association');
    await closed.open();
    try {
      const answer = await closed.send({ method: 'POST', path: base + path, ...(body ? { body: json(body) } : {}) });
      expect([answer.status, JSON.parse(answer.body).status, answer.signatureHolds]).toEqual([403, 'invalid', true]);
      expect(closed.services.effects()).toEqual([]);
    } finally {
      await closed.close();
    }
  });
});
