import {
  addMembers,
  changePassword,
  eraseUser,
  Problem,
  registerUser,
  resetPassword,
  showProfile,
  updateUser,
} from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest, userOf } from '../../../testing/gateway-under-test.js';
import { actions } from './declare-endpoint.js';

const gateway = new GatewayUnderTest();
const base = '/demo/api/v1';
const users = `${base}/users`;
const id = '01900000-0000-7000-8000-000000000001';
const heard = { usernameInQuery: undefined, ownDomain: '', supportsGroups: true, groupNameSuffix: '' } as const;

beforeAll(() => gateway.open());
beforeEach(() => {
  gateway.services.asked.splice(0);
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
  gateway.services.on(addMembers, () => ({ failed: [] }));
  for (const operation of [updateUser, registerUser, resetPassword, changePassword, eraseUser])
    gateway.services.on(operation, () => ({ id }));
  gateway.credential.profile = 'compat';
  gateway.change(heard);
});
afterAll(() => gateway.close());

/** Subject of the operation that was asked, and whom it names. */
const asked = () =>
  gateway.services.effects().map(({ operation, request }) => {
    const name = operation.subject.replace('countersign.v1.', '');
    return `${name} ${request.userId ?? (request.userIds as string[])[0]}`;
  });

const calls: readonly (readonly [string, string, string | undefined, string])[] = [
  ['GET', '', undefined, 'directory.user.profile'],
  ['PUT', '', '{"properties":{}}', 'directory.user.update'],
  ['POST', '', '{"properties":{}}', 'directory.user.update'],
  ['POST', '/resetpwd', '{"password":"x"}', 'authentication.password.reset'],
  ['POST', '/changepwd', '{"currentPassword":"x","newPassword":"y"}', 'authentication.password.change'],
  ['POST', '/groups', '{"groupNames":["admins"]}', 'directory.membership.add'],
  ['POST', '/groups/admins', undefined, 'directory.membership.add'],
];

describe('secureauth C.0: a domain before the user', () => {
  it.each(calls)('%s /users/{domain}/{userId}%s', async (method, action, body, operation) => {
    for (const end of ['', '/']) {
      const path = `${users}/CORP/jane%20doe${action}${end}`;
      const answer = await gateway.send({ method, path, ...(body === undefined ? {} : { body }) });
      expect(answer.status).toBe(200);
    }
    expect(asked()).toEqual(Array(2).fill(`${operation} CORP\\jane doe`));
  });

  it('POST /groups/{group}/users/{domain}/{userId}', async () => {
    await gateway.send({ method: 'POST', path: `${base}/groups/admins/users/CORP/jdoe` });
    expect(asked()).toEqual(['directory.membership.add CORP\\jdoe']);
  });

  it.each(['CORP', 'corp', 'ＣＯＲＰ', 'CO\u00adRP'])(
    "%s is the realm's own: the user alone is named",
    async (domain) => {
      gateway.change({ ownDomain: 'Corp' });
      await gateway.send({ path: `${users}/${encodeURIComponent(domain)}/jdoe` });
      expect(asked()).toEqual(['directory.user.profile jdoe']);
    },
  );

  it.each(['CORP%5Cjdoe', 'corp%EF%BC%BCjdoe', 'Corp%EF%B9%A8jdoe'])("%s is the realm's own user too", async (path) => {
    gateway.change({ ownDomain: 'Corp' });
    const answer = await gateway.send({ path: `${users}/${path}` });
    expect(asked()).toEqual(['directory.user.profile jdoe']);
    expect(JSON.parse(answer.body).userId).toBe(decodeURIComponent(path));
  });

  it.each([
    ['CO%2FRP/j%2Fdoe', 'CO/RP\\j/doe'],
    ['CO%EF%BC%8FRP/jdoe', 'CO\uff0fRP\\jdoe'],
    ['CO;RP/jdoe', 'CO;RP\\jdoe'],
  ])('slashes and semicolons are characters of their segment: %s', async (path, userId) => {
    await gateway.send({ path: `${users}/${path}` });
    expect(asked()).toEqual([`directory.user.profile ${userId}`]);
  });

  it('an own domain that was set a moment ago counts: no other user is shown meanwhile', async () => {
    await gateway.send({ path: `${users}/CORP/jdoe` });
    gateway.change({ ownDomain: 'CORP' });
    await gateway.send({ path: `${users}/CORP/jdoe` });
    expect(asked()).toEqual(['directory.user.profile CORP\\jdoe', 'directory.user.profile jdoe']);
  });

  it('so it does where the user id begins with it', async () => {
    await gateway.send({ path: `${users}/CORP%5Cjdoe` });
    gateway.change({ ownDomain: 'CORP' });
    await gateway.send({ path: `${users}/CORP%5Cjdoe` });
    expect(asked()).toEqual(['directory.user.profile CORP\\jdoe', 'directory.user.profile jdoe']);
  });

  it('a domain that nothing is seen of is not the domain of a realm that has none', async () => {
    await gateway.send({ path: `${users}/%E2%80%8B/jdoe` });
    expect(asked()).toEqual(['directory.user.profile \u200b\\jdoe']);
  });

  it.each([
    ['a backslash in the domain', '/A%5CB/jdoe'],
    ['a backslash in the user id', '/CORP/X%5Cjdoe'],
    ['what folds to a backslash in the domain', '/A%EF%BC%BCB/jdoe'],
    ['what folds to a backslash in the user id', '/CORP/X%EF%B9%A8jdoe'],
    ['dots', '/../jdoe'],
    ['U+0000', '/CO%00RP/jdoe'],
    ['a surrogate', '/%ED%A0%80/jdoe'],
    ['nothing', '//jdoe'],
  ])('%s is 400', async (_what, path) => {
    const answer = await gateway.send({ path: users + path });
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([400, 'invalid']);
    expect(asked()).toEqual([]);
  });

  it('that is too long with its domain is an unknown user, and is named back', async () => {
    const answer = await gateway.send({ path: `${users}/${'d'.repeat(200)}/${'u'.repeat(56)}` });
    expect([answer.status, JSON.parse(answer.body).userId]).toEqual([404, `${'d'.repeat(200)}\\${'u'.repeat(56)}`]);
    expect(asked()).toEqual([]);
  });

  it('an unknown user is named back with the domain', async () => {
    gateway.services.on(showProfile, () => {
      throw new Problem('user.unknown');
    });
    const answer = await gateway.send({ path: `${users}/CORP/jdoe` });
    expect(JSON.parse(answer.body).userId).toBe('CORP\\jdoe');
    gateway.services.on(addMembers, () => ({ failed: [{ userIndex: 0, groupIndex: 0, problem: 'group.unknown' }] }));
    const body = '{"groupNames":["x"]}';
    const many = await gateway.send({ method: 'POST', path: `${users}/CORP/jdoe/groups`, body });
    expect(JSON.parse(many.body).failures).toEqual({ 'CORP\\jdoe': ['x'] });
  });
});

/** Words that POST takes; the others lead nowhere yet. */
const built = ['groups', 'resetpwd', 'changepwd'];

describe.each(actions)('the word %s', (word) => {
  it.each(['GET', 'PUT', 'DELETE'])('after a user is no user of a domain: %s', async (method) => {
    const answer = await gateway.send({ method, path: `${users}/jdoe/${word}` });
    expect([answer.status, JSON.parse(answer.body).status]).toEqual(
      built.includes(word) ? [405, 'invalid'] : [404, 'not_found'],
    );
    expect(asked()).toEqual([]);
  });

  it.each(['GET', 'PUT', 'POST'])('after /users is a user when no username is there: %s', async (method) => {
    for (const query of ['', '?', '?x=1', '?Username=jdoe', '?username[]=jdoe']) {
      await gateway.send({ method, path: `${users}/${word}${query}` });
    }
    const operation = method === 'GET' ? 'directory.user.profile' : 'directory.user.update';
    expect(asked()).toEqual(Array(5).fill(`${operation} ${word}`));
  });

  it.each(['GET', 'PUT', 'POST', 'DELETE'])('after /users is never a user when one is there: %s', async (method) => {
    const spellings = [word, `${word}/`, `%${word.charCodeAt(0).toString(16)}${word.slice(1)}`];
    for (const spelling of spellings) {
      const answer = await gateway.send({ method, path: `${users}/${spelling}?username=jdoe` });
      // Those that are built miss a body here.
      const expected = method === 'POST' ? 400 : 405;
      expect([spelling, answer.status]).toEqual([spelling, built.includes(word) ? expected : 404]);
    }
    expect(asked()).toEqual([]);
  });
});

describe('the fixed words of a path are compared without case, its names kept as they are', () => {
  it.each([
    ['GET', '/DEMO/API/V1/Users/Jane%20Doe', 'directory.user.profile Jane Doe'],
    ['GET', '/Demo/Api/v1/USERS/Groups', 'directory.user.profile Groups'],
    ['POST', '/demo/api/v1/users/JDoe/GROUPS/Admins', 'directory.membership.add JDoe'],
    ['POST', '/demo/api/v1/users/CORP/JDoe/Groups/Users', 'directory.membership.add CORP\\JDoe'],
    ['POST', '/demo/api/v1/Groups/Users/USERS/Status', 'directory.membership.add Status'],
    ['POST', '/demo/api/V1/Groups/GROUPS/Users?username=JDoe', 'directory.membership.add JDoe'],
    ['POST', '/demo/api/v1/users/%C4%B0/ResetPwd', 'authentication.password.reset \u0130'],
    ['POST', '/demo/api/v1/users/%47roups?username=JDoe', 'directory.membership.add JDoe'],
  ])('%s %s', async (method, path, expected) => {
    const body = method === 'GET' ? {} : { body: '{"password":"x","groupNames":["y"]}' };
    expect((await gateway.send({ method, path, ...body })).status).toBe(200);
    expect(asked()).toEqual([expected]);
  });
});

describe('names that are words', () => {
  it.each([
    ['/users/A/groups/resetpwd', 'directory.membership.add A'],
    ['/users/A/groups/groups', 'directory.membership.add A'],
    ['/users/groups/groups/groups', 'directory.membership.add groups'],
    ['/users/groups/resetpwd/groups/x', undefined],
    ['/users/groups/jdoe/groups/x', 'directory.membership.add groups\\jdoe'],
    ['/groups/users/users/users', 'directory.membership.add users'],
    ['/groups/groups/users/CORP/jdoe', 'directory.membership.add CORP\\jdoe'],
    ['/groups/x/users/CORP/status', undefined],
  ])('POST %s is %s', async (path, expected) => {
    const answer = await gateway.send({
      method: 'POST',
      path: base + path,
      body: '{"password":"x","groupNames":["y"]}',
    });
    expect(asked()).toEqual(expected === undefined ? [] : [expected]);
    expect(answer.status).toBe(expected === undefined ? 404 : 200);
  });
});

const twins: readonly (readonly [string, string, string | undefined, string])[] = [
  ['GET', '/users', undefined, 'directory.user.profile'],
  ['PUT', '/users', '{"properties":{}}', 'directory.user.update'],
  ['POST', '/users/resetpwd', '{"password":"x"}', 'authentication.password.reset'],
  ['POST', '/users/changepwd', '{"currentPassword":"x","newPassword":"y"}', 'authentication.password.change'],
  ['POST', '/users/groups', '{"groupNames":["admins"]}', 'directory.membership.add'],
  ['POST', '/groups/admins/users', undefined, 'directory.membership.add'],
];

describe.each(twins)('secureauth C.6: %s %s?username=', (method, path, body, operation) => {
  const ask = (query: string) =>
    gateway.send({ method, path: base + path + query, ...(body === undefined ? {} : { body }) });

  it('names the user, whom the signature does not cover', async () => {
    const names = [
      ['?username=jane+doe', 'jane doe'],
      ['?username=jane%20doe', 'jane doe'],
      ['?username=a%2Bb@x.com&x=1', 'a+b@x.com'],
      ['?domain=&username=zo%C3%AB', 'zoë'],
      ['?username=jdoe&domain=CORP', 'CORP\\jdoe'],
      ['?username=CORP%5Cjdoe', 'CORP\\jdoe'],
      ['?username=a%2Fb', 'a/b'],
      ['?username=..', '..'],
    ] as const;
    for (const [query, name] of names) {
      gateway.services.asked.splice(0);
      expect((await ask(query)).status).toBe(200);
      expect(asked()).toEqual([`${operation} ${name}`]);
    }
    expect((await ask('')).status).not.toBe(500);
  });

  it.each([
    '?username=a&username=b',
    '?username=a&%75sername=b',
    '?username=',
    '?username',
    '?username=%',
    '?username=%C3%28',
    '?username=%ED%A0%80',
    '?username=%00',
    '?username=a%0Ab',
    '?username=a#b',
    '?username=a&domain=x&domain=y',
    '?username=a&domain=%zz',
    '?username=a&domain=x%5Cy',
    '?username=x%5Ca&domain=y',
  ])('%s is 400', async (query) => {
    const answer = await ask(query);
    expect([answer.status, JSON.parse(answer.body).status, answer.signatureHolds]).toEqual([400, 'invalid', true]);
    expect(asked()).toEqual([]);
  });

  it("is refused where the realm does not hear it, and says so; an operator's word counts at once", async () => {
    gateway.change({ usernameInQuery: false });
    const off = await ask('?username=jdoe');
    gateway.credential.profile = 'strict';
    gateway.change({ usernameInQuery: undefined });
    const strict = await ask('?username=jdoe');
    for (const answer of [off, strict]) {
      expect([answer.status, answer.body]).toEqual([
        400,
        '{"status":"invalid","message":"Request validation failed with: this realm does not take the username from the query, which is not signed."}',
      ]);
    }
    expect(asked()).toEqual([]);
    gateway.change({ usernameInQuery: true });
    expect((await ask('?username=jdoe')).status).toBe(200);
  });
});

describe('a query that must not change what a signed request means', () => {
  it.each([
    ['GET', '/users/jdoe', undefined, 'directory.user.profile jdoe'],
    ['PUT', '/users/jdoe', '{}', 'directory.user.update jdoe'],
    ['POST', '/users/jdoe/resetpwd', '{"password":"x"}', 'authentication.password.reset jdoe'],
    ['POST', '/users/CORP/jdoe/resetpwd', '{"password":"x"}', 'authentication.password.reset CORP\\jdoe'],
    ['POST', '/users/jdoe/groups', '{"groupNames":["x"]}', 'directory.membership.add jdoe'],
    ['POST', '/groups/admins/users/jdoe', undefined, 'directory.membership.add jdoe'],
  ])('%s %s names its user itself', async (method, path, body, expected) => {
    const query = '?username=mallory&domain=EVIL&userId=mallory&realm=other';
    await gateway.send({ method, path: base + path + query, ...(body === undefined ? {} : { body }) });
    expect(asked()).toEqual([expected]);
    expect(gateway.services.effects()[0]?.request.realm).toBe('demo');
  });

  it('a signed list of users does not become one user', async () => {
    const body = '{"userIds":["jdoe","jsmith"]}';
    const answer = await gateway.send({ method: 'POST', path: `${base}/groups/admins/users?username=mallory`, body });
    expect(answer.status).toBe(400);
    expect(asked()).toEqual([]);
  });

  it.each(['POST', 'DELETE'])('%s /users names its user in the body, or none', async (method) => {
    const body = '{"userId":"new","password":"x","user_id":"old"}';
    expect((await gateway.send({ method, path: `${users}?username=mallory`, body })).status).toBe(405);
    expect(asked()).toEqual([]);
  });
});

describe('GET and PUT of /users', () => {
  it.each(['', '/', '?', '?x=1', '?username[]=jdoe'])('"%s" without a username is not there', async (end) => {
    for (const method of ['GET', 'PUT']) {
      expect((await gateway.send({ method, path: users + end })).status).toBe(405);
    }
    expect(asked()).toEqual([]);
  });
});
