import { eraseUser, Problem } from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../../../testing/gateway-under-test.js';

const gateway = new GatewayUnderTest();
const users = '/demo/api/v1/users';
const id = '01900000-0000-7000-8000-000000000001';
const json = (value: unknown) => JSON.stringify(value);

beforeAll(() => gateway.open());
beforeEach(() => {
  gateway.services.asked.splice(0);
  gateway.services.on(eraseUser, () => ({ id }));
  gateway.change({ ownDomain: '' });
});
afterAll(() => gateway.close());

const erase = (body: string | object, path = users) =>
  gateway.send({ method: 'DELETE', path, body: typeof body === 'string' ? body : json(body) });
const asked = () => gateway.services.effects().map(({ request }) => request);

describe('secureauth C.7: DELETE /users', () => {
  it.each([users, `${users}/`, '/demo/api/v2/users/', '/demo/api/v3/users'])('%s erases, with 200', async (path) => {
    const answer = await erase({ user_id: 'jdoe', domain: '', deleteAllRelatedData: true }, path);
    expect([answer.status, answer.body, answer.signatureHolds]).toEqual([
      200,
      '{"status":"success","message":"User delete complete","user_id":"jdoe"}',
      true,
    ]);
    expect(asked()).toEqual([{ realm: 'demo', userId: 'jdoe' }]);
  });

  it('the body on DELETE is signed: one that was changed is refused', async () => {
    const bytes = gateway.request({ method: 'DELETE', path: users, body: json({ user_id: 'jdoe' }) }).toString();
    const answer = await gateway.sendBytes(bytes.replace('jdoe', 'jsmi'));
    expect([answer.status, JSON.parse(answer.body).message]).toEqual([401, 'Invalid credentials.']);
    expect(asked()).toEqual([]);
  });

  it('names the user with the domain, also one that the realm leaves out', async () => {
    const body = { user_id: 'jdoe', domain: 'CORP' };
    expect(JSON.parse((await erase(body)).body).user_id).toBe('CORP\\jdoe');
    gateway.change({ ownDomain: 'corp' });
    expect(JSON.parse((await erase(body)).body).user_id).toBe('CORP\\jdoe');
    expect(asked().map(({ userId }) => userId)).toEqual(['CORP\\jdoe', 'jdoe']);
  });

  it.each([
    [{ user_id: 'nobody' }, 'nobody'],
    [{ user_id: 'nobody', domain: null }, 'nobody'],
    [{ user_id: 'nobody', domain: 'CORP' }, 'CORP\\nobody'],
  ])('%j that does not exist fails with 200', async (body, name) => {
    gateway.services.on(eraseUser, () => {
      throw new Problem('user.unknown');
    });
    const answer = await erase(body);
    expect([answer.status, answer.body]).toEqual([
      200,
      json({ status: 'failed', message: 'user_id does not exist', user_id: name }),
    ]);
  });

  it.each(['', 'x'.repeat(257), 'a\u0000', '\ud800'])(
    '%j is an unknown user, and no service is asked',
    async (user_id) => {
      const answer = await erase({ user_id });
      expect([answer.status, JSON.parse(answer.body).message]).toEqual([200, 'user_id does not exist']);
      expect(asked()).toEqual([]);
    },
  );

  it.each([
    '',
    '{}',
    '[]',
    '{"user_id":5}',
    '{"user_id":null}',
    '{"user_id":["jdoe"]}',
    '{"user_id":{"$ne":""}}',
    '{"userId":"jdoe"}',
    '{"__proto__":{"user_id":"jdoe"}}',
    '{"user_id":"jdoe","domain":5}',
    '{"user_id":"jdoe","domain":["x"]}',
    '{"user_id":"jdoe","domain":"A\\\\B"}',
    '{"user_id":"X\\\\jdoe","domain":"CORP"}',
  ])('%s is 400, and no user is erased', async (body) => {
    const answer = await erase(body);
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([400, 'invalid']);
    expect(asked()).toEqual([]);
  });

  it.each([true, false, 'true', 'False', 1, null, {}])('deleteAllRelatedData %j changes nothing', async (all) => {
    expect((await erase({ user_id: 'jdoe', deleteAllRelatedData: all })).status).toBe(200);
  });

  it.each([
    [`${users}/jdoe`, 405],
    [`${users}/CORP/jdoe`, 405],
    ['/demo/api/v1/groups/admins', 404],
    ['/demo/api/v1/groups/admins/users/jdoe', 405],
  ])('nothing else is erased: %s answers %d', async (path, status) => {
    expect((await erase({ user_id: 'jdoe' }, path)).status).toBe(status);
    expect(asked()).toEqual([]);
  });
});
