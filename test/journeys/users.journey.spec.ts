import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Application } from './application.js';
import { countersign } from './command-line.js';
import { OwnRealms } from './own-realms.js';

/** Sections C.1 to C.4, C.6 and C.7 of the contract, through gateway, bus, services and PostgreSQL. */
let realms: OwnRealms;
let compat: Application;
let strict: Application;
beforeAll(async () => {
  realms = await OwnRealms.open();
  compat = await realms.make('users');
  await operate('realm', 'create', 'Strict-Users', '--profile', 'strict');
  strict = await realms.application('strict-users');
}, 120_000);
afterAll(() => realms?.close());

const operate = (...args: string[]) => countersign(realms.platform.folder, ...args);
const users = '/users/api/v1/users';
const password = 'correct horse battery';

/** Status, body and whether it is signed, in one comparison. */
function expectAnswer(answer: Answer, status: number, body: unknown): void {
  expect([answer.status, answer.json, answer.signatureHolds]).toEqual([status, body, true]);
}

async function createUser(userId: string, more: object = {}): Promise<Answer> {
  return compat.ask('POST', users, { userId, password, ...more });
}

describe('C.1 reading a profile', () => {
  it('answers keys, types and order of the contract', async () => {
    const answer = await compat.ask('GET', `${users}/jdoe`);
    expect(Object.keys(answer.json)).toEqual([
      'userId',
      'properties',
      'knowledgeBase',
      'groups',
      'accessHistories',
      'status',
      'message',
    ]);
    expect(answer.json.properties.phone1).toEqual({ value: '+12025550143', isWritable: 'true' });
    expect(answer.json.properties.pinHash).toEqual({ value: '1234', isWritable: 'true' });
    expect(answer.json.knowledgeBase.kbq1).toEqual({ question: 'What is your favorite color?', answer: 'red' });
    expect(answer.json.properties.phone3).toBeUndefined();
    expect(answer.json.accessHistories).toEqual([]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache, no-store');
  });

  it('is the same in v1, v2 and v3, with and without a slash at the end', async () => {
    const texts = await Promise.all(
      ['/users/api/v1/users/jdoe', '/users/api/v2/users/jdoe', '/users/api/v3/users/jdoe/'].map(
        async (path) => (await compat.ask('GET', path)).text,
      ),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it('of an unknown user is 404 with the text of the seed', async () => {
    const body = { status: 'not_found', message: 'User Id was not found', userId: 'nobody' };
    const answer = await compat.ask('GET', `${users}/nobody`);
    expect([answer.status, answer.signatureHolds]).toEqual([404, true]);
    expect(answer.json).toEqual(body);
  });

  it('finds a user id in any case and any way Unicode writes it', async () => {
    for (const id of ['JDOE', 'zo%C3%AB', 'zoe%CC%88', 'ZO%C3%8B']) {
      expect([id, (await compat.ask('GET', `${users}/${id}`)).json.status]).toEqual([id, 'found']);
    }
  });

  it('accepts a signature over the decoded path, as some SDKs make it', async () => {
    const request = compat.prepare('GET', `${users}/zo%C3%AB`, { signedPath: `${users}/zoë` });
    expect((await compat.send(request)).status).toBe(200);
  });
});

describe('C.2 updating', () => {
  it('changes what is given, clears what is empty, keeps what is left out; PUT and POST are the same', async () => {
    await createUser('c2', { properties: { firstName: 'A', lastName: 'B', phone1: '1', auxId10: 'z' } });
    expectAnswer(await compat.ask('PUT', `${users}/c2`, { properties: { firstName: 'C', phone1: '' } }), 200, {
      status: 'success',
      message: '',
    });
    expectAnswer(await compat.ask('POST', `${users}/c2`, { properties: { lastName: null, auxId1: 'q' } }), 200, {
      status: 'success',
      message: '',
    });
    const { properties } = (await compat.ask('GET', `${users}/c2`)).json;
    const values = Object.fromEntries(
      Object.entries(properties).map(([key, p]) => [key, (p as { value: string }).value]),
    );
    expect(values).toEqual({ firstName: 'C', lastName: 'B', auxId1: 'q', auxId10: 'z' });
  });

  it('ignores what is beyond the contract, and stores none of it', async () => {
    const properties = { phone5: '5', email5: 'x@example.com', auxId11: 'x', ExtProperty1: 'x', nonsense: 'x' };
    const body = { properties, knowledgeBase: { kbq7: { question: 'q', answer: 'a' } }, domain: null, type: 'x' };
    expect((await compat.ask('PUT', `${users}/c2`, body)).json.status).toBe('success');
    const { properties: stored, knowledgeBase } = (await compat.ask('GET', `${users}/c2`)).json;
    expect(Object.keys({ ...stored, ...knowledgeBase }).filter((key) => key in properties || key === 'kbq7')).toEqual(
      [],
    );
  });

  it('gives hostile keys no effect', async () => {
    const hostile =
      '{"properties":{"__proto__":{"isWritable":"x"},"constructor":"x","firstName":"D"},"__proto__":{"x":1}}';
    expect([200, 400]).toContain((await compat.ask('PUT', `${users}/c2`, hostile)).status);
    expect(Object.keys((await compat.ask('GET', `${users}/c2`)).json.properties)).not.toContain('constructor');
  });

  it('clears the PIN on "pinHash":"", as SDKs send it', async () => {
    await compat.ask('PUT', `${users}/c2`, { properties: { pinHash: '9876' } });
    expect((await compat.ask('GET', `${users}/c2`)).json.properties.pinHash.value).toBe('9876');
    await compat.ask('PUT', `${users}/c2`, { properties: { pinHash: '' } });
    expect((await compat.ask('GET', `${users}/c2`)).json.properties.pinHash).toBeUndefined();
  });

  it('of an unknown user is 404 Not_Found', async () => {
    expectAnswer(await compat.ask('PUT', `${users}/nobody`, { properties: { firstName: 'x' } }), 404, {
      status: 'error',
      message: 'Not_Found',
      userId: 'nobody',
    });
  });

  it('with passwords in it is not taken for a password change', async () => {
    const answer = await compat.ask('POST', `${users}/c2`, {
      currentPassword: password,
      newPassword: 'another one here',
    });
    expect([answer.status, answer.json.status]).toEqual([400, 'invalid']);
  });

  it('with a body that is not JSON, or not an object, is 400 and changes nothing', async () => {
    for (const body of ['{', '[]', '"x"', 'null', '{"properties":3}', '{"properties":[]}']) {
      const answer = await compat.ask('PUT', `${users}/c2`, body);
      expect([body, answer.status, answer.json.status, answer.signatureHolds]).toEqual([body, 400, 'invalid', true]);
    }
  });
});

describe('C.3 creating', () => {
  it('answers 200, and the user is there with everything', async () => {
    const knowledgeBase = { kbq1: { question: 'Zürich?', answer: 'ja' } };
    expectAnswer(await createUser('Čapek čtvrtý', { properties: { email1: 'c@example.com' }, knowledgeBase }), 200, {
      status: 'success',
      message: '',
    });
    const answer = await compat.ask('GET', `${users}/${encodeURIComponent('Čapek čtvrtý')}`);
    expect(answer.json).toMatchObject({ userId: 'Čapek čtvrtý', knowledgeBase, status: 'found' });
  });

  it.each([
    ['Invalid username.', { userId: '' }],
    ['Invalid username.', { userId: {} }],
    ['Invalid username.', { userId: '   ' }],
    ['Invalid password.', { userId: 'c3x', password: {} }],
    ['Invalid password.', { userId: 'c3x', password: undefined }],
    ['Invalid password.', { userId: 'c3x', password: 'short' }],
    ['Invalid password.', { userId: 'c3x', password: 'password1' }],
    ['Invalid email.', { userId: 'c3x', properties: { email1: 'not a mail address' } }],
    ['Duplicate username.', { userId: 'JDoe' }],
  ])('is refused with %s for %j, and leaves nothing behind', async (message, change: object) => {
    const answer = await compat.ask('POST', `${users}/`, { userId: 'c3x', password, ...change });
    expect(answer).toMatchObject({ status: 200, json: { status: 'failed', message }, signatureHolds: true });
    expect((await compat.ask('GET', `${users}/c3x`)).status).toBe(404);
  });

  it.each([
    ['a domain', { domain: 'CORP', userId: 'd1' }, ['CORP/d1', 'corp%5CD1'], ['d1']],
    ['a slash', { userId: 'HTTP/web.example.com' }, ['http%2FWEB.example.com'], ['HTTP/web.example.com']],
    ['a semicolon', { userId: 'a;b' }, ['a;b', 'A%3Bb'], ['a']],
    ['a dotless i', { userId: 'mıkael' }, ['m%C4%B1kael'], ['mikael']],
  ])('with %s is the user that the same name finds, and no other name', async (_what, named, same, others) => {
    expect((await compat.ask('POST', users, { password, ...named })).json.status).toBe('success');
    for (const path of same) expect([path, (await compat.ask('GET', `${users}/${path}`)).status]).toEqual([path, 200]);
    for (const path of others)
      expect([path, (await compat.ask('GET', `${users}/${path}`)).status]).toEqual([path, 404]);
  });

  it('raced fifty times makes one user', async () => {
    const answers = await Promise.all(
      // each differs in a value: equal requests of one millisecond would have equal signatures
      Array.from({ length: 50 }, (_, index) => createUser('only-one', { properties: { auxId1: `${index}` } })),
    );
    const messages = answers.map(({ json }) => `${json.status} ${json.message}`).sort();
    expect(messages.filter((text) => text === 'success ')).toHaveLength(1);
    expect(messages.filter((text) => text === 'failed Duplicate username.')).toHaveLength(49);
  }, 60_000);
});

describe('C.4 passwords', () => {
  it('are changed only with the current one', async () => {
    await createUser('c4');
    const change = (currentPassword: string, newPassword: string) =>
      compat.ask('POST', `${users}/c4/changepwd`, { currentPassword, newPassword });
    const failed = { status: 'failed', message: '', userId: 'c4' };
    expectAnswer(await change('not the password', 'another horse here'), 200, failed);
    expectAnswer(await change(password, 'short'), 200, failed);
    expectAnswer(await change(password, 'another horse here'), 200, {
      status: 'success',
      message: 'Password was changed',
    });
    expectAnswer(await change(password, 'a third horse here'), 200, failed);
  });

  it('are reset by an administrator', async () => {
    expectAnswer(await compat.ask('POST', `${users}/c4/resetpwd`, { password: 'reset by hand 42' }), 200, {
      status: 'success',
      message: 'Password was reset',
    });
    const unknown = await compat.ask('POST', `${users}/nobody/resetpwd`, { password: 'reset by hand 42' });
    expect([unknown.status, unknown.signatureHolds]).toEqual([404, true]);
  });

  it('raced from one current password are changed once', async () => {
    await createUser('c4-race');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        compat.ask('POST', `${users}/c4-race/changepwd`, {
          currentPassword: password,
          newPassword: `new horse ${index} here`,
        }),
      ),
    );
    expect(answers.filter(({ json }) => json?.status === 'success')).toHaveLength(1);
  }, 60_000);
});

describe('C.0 a domain before the user', () => {
  it('is part of the name, but for the own domain of the realm', async () => {
    await createUser('CORP\\c0', { properties: { firstName: 'Of CORP' } });
    await createUser('c0', { properties: { firstName: 'Own' } });
    const firstName = async (path: string) =>
      (await compat.ask('GET', `${users}${path}`)).json.properties?.firstName.value;
    expect([await firstName('/CORP/c0'), await firstName('/CORP%5Cc0'), await firstName('/c0')]).toEqual([
      'Of CORP',
      'Of CORP',
      'Own',
    ]);
    await operate('realm', 'set', 'users', 'dialects.secureauth.ownDomain=Corp');
    expect([await firstName('/CORP/c0'), await firstName('/OTHER/c0')]).toEqual(['Own', undefined]);
    await operate('user', 'rename', 'c0', 'c0-own', '--realm', 'users');
    await operate('user', 'set', 'CORP\\c0', 'aliases=c0', '--realm', 'users');
    expect([await firstName('/CORP/c0'), await firstName('/corp%5Cc0'), await firstName('/c0')]).toEqual(
      Array(3).fill('Of CORP'),
    );
    await operate('realm', 'set', 'users', 'dialects.secureauth.ownDomain=null');
    expect(await firstName('/CORP/c0')).toBe('Of CORP');
  });

  it('serves every call', async () => {
    await createUser('CORP\\all');
    const of = (end: string, body?: unknown) => compat.ask('POST', `${users}/CORP/all${end}`, body);
    expect((await of('', { properties: { phone1: '1' } })).json.status).toBe('success');
    expect((await of('/resetpwd', { password: 'reset by hand 42' })).json.status).toBe('success');
    const change = { currentPassword: 'reset by hand 42', newPassword: 'another horse here' };
    expect((await of('/changepwd', change)).json.status).toBe('success');
    expect((await of('/groups', { groupNames: ['SharePoint Visitors'] })).json.status).toBe('success');
    expect((await of('/groups/SharePoint%20Developers')).json.status).toBe('success');
    const shown = (await compat.ask('GET', `${users}/CORP/all`)).json;
    expect([shown.userId, shown.properties.phone1.value, shown.groups.length]).toEqual(['CORP\\all', '1', 2]);
  });
});

describe('C.6 the username in the query', () => {
  it('names the user in a compat realm, whatever is in the name', async () => {
    await createUser('c6 + ☃', { properties: { firstName: 'A' } });
    const query = `?${new URLSearchParams({ username: 'c6 + ☃' })}`;
    expect((await compat.ask('GET', `${users}${query}`)).json.properties.firstName.value).toBe('A');
    expect((await compat.ask('PUT', `${users}${query}`, { properties: { firstName: 'B' } })).json.status).toBe(
      'success',
    );
    expect((await compat.ask('GET', `${users}/${query}`)).json.properties.firstName.value).toBe('B');
    const reset = await compat.ask('POST', `${users}/resetpwd${query}`, { password: 'reset by hand 42' });
    expect(reset.json).toEqual({ status: 'success', message: 'Password was reset' });
    const body = { currentPassword: 'reset by hand 42', newPassword: 'another horse here' };
    expect((await compat.ask('POST', `${users}/changepwd${query}`, body)).json.message).toBe('Password was changed');
    const groups = await compat.ask('POST', `${users}/groups${query}`, { groupNames: ['Administrators'] });
    expect(groups.json.status).toBe('success');
    const group = await compat.ask('POST', `/users/api/v1/groups/SharePoint%20Visitors/users${query}`);
    expect(group.json.status).toBe('success');
    expect((await compat.ask('GET', `${users}${query}`)).json.groups).toHaveLength(2);
  });

  const setQuery = (isHeard: boolean | null) =>
    operate('realm', 'set', 'users', `dialects.secureauth.usernameInQuery=${isHeard}`);

  it('is not heard in a strict realm, nor where an operator says so', async () => {
    for (const [application, path] of [
      [strict, '/strict-users/api/v1/users?username=jdoe'],
      [compat, `${users}?username=jdoe`],
    ] as const) {
      if (application === compat) await setQuery(false);
      const answer = await application.ask('GET', path);
      expect([answer.status, answer.json.status, answer.signatureHolds]).toEqual([400, 'invalid', true]);
    }
    await setQuery(null);
    expect((await compat.ask('GET', `${users}?username=jdoe`)).status).toBe(200);
  });

  it('makes a word in the path no user, and without it the word is one', async () => {
    await createUser('resetpwd', { properties: { firstName: 'R' } });
    expect((await compat.ask('GET', `${users}/resetpwd`)).json.properties.firstName.value).toBe('R');
    for (const [word, status] of [
      ['factors', 404],
      ['throttle', 404],
      ['status', 404],
      ['resetpwd', 405],
    ]) {
      expect([word, (await compat.ask('GET', `${users}/${word}?username=jdoe`)).status]).toEqual([word, status]);
    }
  });
});

describe('C.7 erasing', () => {
  it('leaves nothing of the user, and another user may have the name', async () => {
    await createUser('c7', {
      properties: { firstName: 'Gone' },
      knowledgeBase: { kbq1: { question: 'q', answer: 'a' } },
    });
    await compat.ask('POST', `${users}/c7/groups/Administrators`);
    const body = { user_id: 'C7', domain: '', deleteAllRelatedData: true };
    expectAnswer(await compat.ask('DELETE', `${users}/`, body), 200, {
      status: 'success',
      message: 'User delete complete',
      user_id: 'C7',
    });
    expect((await compat.ask('GET', `${users}/c7`)).status).toBe(404);
    expect((await compat.ask('POST', `${users}/c7/resetpwd`, { password: 'reset by hand 42' })).status).toBe(404);
    expectAnswer(await compat.ask('DELETE', users, body), 200, {
      status: 'failed',
      message: 'user_id does not exist',
      user_id: 'C7',
    });
    expect((await createUser('c7')).json.status).toBe('success');
    expect((await compat.ask('GET', `${users}/c7`)).json).toMatchObject({
      properties: {},
      knowledgeBase: {},
      groups: [],
    });
  });

  it('raced ten times erases once', async () => {
    await createUser('c7-race');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => compat.ask('DELETE', users, { user_id: 'c7-race', index })),
    );
    const messages = answers.map(({ json }) => json.message);
    expect(messages.filter((message) => message === 'User delete complete').length).toBeGreaterThanOrEqual(1);
    expect((await compat.ask('GET', `${users}/c7-race`)).status).toBe(404);
  }, 60_000);

  it('names users with their domain, and needs a permission of its own', async () => {
    await createUser('CORP\\c7');
    const body = { user_id: 'c7', domain: 'CORP' };
    const reader = await realms.application('users', ['user-management']);
    expect((await reader.ask('DELETE', users, body)).status).toBe(403);
    expect((await compat.ask('DELETE', users, body)).json.user_id).toBe('CORP\\c7');
    expect((await compat.ask('GET', `${users}/CORP/c7`)).status).toBe(404);
    expect((await compat.ask('GET', `${users}/c7`)).status).toBe(200);
  });
});

describe('what applications may only read', () => {
  it('says so in the profile; a change of it is refused whole', async () => {
    await createUser('c1', { properties: { phone1: '1', phone2: '2' } });
    await operate('user', 'set', 'c1', 'ExtProperty1=4711', '--realm', 'users');
    const settings = {
      readOnlyFields: ['phones.1', 'emails.1'],
      attributes: { extended1: { displayName: 'Cost centre', writableBy: 'operators' } },
    };
    await operate('realm', 'set', 'users', '--settings', JSON.stringify(settings));
    const profile = (await compat.ask('GET', `${users}/c1`)).json;
    expect(profile.properties).toEqual({
      phone1: { value: '1', isWritable: 'false' },
      phone2: { value: '2', isWritable: 'true' },
      ExtProperty1: { displayName: 'Cost centre', value: '4711', isWritable: 'false' },
    });
    const failed = { status: 'failed', message: 'Provider error.', userId: 'c1' };
    for (const properties of [{ phone1: '', phone2: '3' }, { phone1: '9' }, { email1: 'c1@example.com' }]) {
      expectAnswer(await compat.ask('PUT', `${users}/c1`, { properties }), 200, failed);
    }
    const created = await createUser('c1-new', { properties: { phone1: '1' } });
    expect(created.json).toEqual({ status: 'failed', message: 'Provider error.', userId: 'c1-new' });
    expect((await compat.ask('GET', `${users}/c1`)).json).toEqual(profile);
    await operate('realm', 'set', 'users', '--settings', '{"readOnlyFields":null}');
    expect((await compat.ask('PUT', `${users}/c1`, { properties: { phone1: '5' } })).json.status).toBe('success');
  });
});

describe('a strict realm', () => {
  const strictUsers = '/strict-users/api/v1/users';

  it('keeps PIN and answers to itself, and asks for 15 characters', async () => {
    const person = { properties: { pinHash: '1234' }, knowledgeBase: { kbq1: { question: 'q', answer: 'hidden' } } };
    const short = await strict.ask('POST', strictUsers, { userId: 'jdoe', password: 'twelve chars', ...person });
    expect(short.json.message).toBe('Invalid password.');
    const made = await strict.ask('POST', strictUsers, {
      userId: 'jdoe',
      password: 'a password of many words',
      ...person,
    });
    expect(made.json).toEqual({ status: 'success', message: '' });
    const shown = await strict.ask('GET', `${strictUsers}/jdoe`);
    expect(shown.json.properties.pinHash).toBeUndefined();
    expect(shown.text).not.toContain('hidden');
  });

  it('lets no administrator choose a password', async () => {
    const answer = await strict.ask('POST', `${strictUsers}/jdoe/resetpwd`, { password: 'a password of many words!' });
    expect([answer.status, answer.json.status]).toEqual([200, 'failed']);
  });

  it('has users of its own: the same user id is another person', async () => {
    expect((await compat.ask('GET', `${users}/jdoe`)).json.properties.firstName.value).toBe('John');
    expect((await strict.ask('GET', `${strictUsers}/jdoe`)).json.properties.firstName).toBeUndefined();
    expect((await strict.ask('GET', `${users}/jdoe`)).json.message).toBe('AppId is unknown.');
  });
});

describe('refusals come before everything else', () => {
  it('an unknown route is 404 for a known application, and 401 for any other', async () => {
    const answer = await compat.ask('GET', '/users/api/v1/nothing/here');
    expectAnswer(answer, 404, { status: 'not_found', message: 'The requested resource cannot be found.' });
    const stranger = await fetch(`${compat.credentials.baseUrl}/users/api/v1/nothing/here`);
    expect([stranger.status, await stranger.json()]).toEqual([
      401,
      { status: 'invalid', message: 'Missing authentication header.' },
    ]);
    expect(stranger.headers.get('www-authenticate')).toBe('Basic');
  });

  it.each([
    ['Unknown authentication scheme.', 'Bearer abc'],
    ['Authentication header value is empty.', 'Basic'],
    ["Authentication header value's format should be 'appId:hash'.", 'Basic !!!'],
    [
      "Authentication header value's format should be 'appId:hash'.",
      `Basic ${Buffer.from('nocolon').toString('base64')}`,
    ],
    ['AppId is unknown.', `Basic ${Buffer.from(`${'0'.repeat(32)}:x`).toString('base64')}`],
  ])('%s', async (message, authorization) => {
    const answer = await fetch(`${compat.credentials.baseUrl}${users}/jdoe`, { headers: { authorization } });
    expect([answer.status, await answer.json()]).toEqual([401, { status: 'invalid', message }]);
  });
});
