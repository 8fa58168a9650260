import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, Application } from './application.js';
import { countersign } from './command-line.js';
import { Platform } from './platform.js';

/** Sections C.1 to C.4 of the contract, through gateway, bus, services and PostgreSQL. */
let platform: Platform;
let demo: Application;
let strict: Application;
beforeAll(async () => {
  platform = await Platform.start();
  demo = platform.application;
  await countersign(platform.folder, 'realm', 'create', 'strict-one', '--profile', 'strict');
  const made = ['application', 'create', '--realm', 'strict-one', '--name', 'x', '--json'];
  const created = JSON.parse((await countersign(platform.folder, ...made)).stdout);
  strict = new Application({ baseUrl: platform.program.url, ...created });
}, 120_000);
afterAll(() => platform?.remove());

const users = '/demo/api/v1/users';
const password = 'correct horse battery';

/** Status, body and whether it is signed, in one comparison. */
function expectAnswer(answer: Answer, status: number, body: unknown): void {
  expect([answer.status, answer.json, answer.signatureHolds]).toEqual([status, body, true]);
}

async function createUser(userId: string, more: object = {}): Promise<Answer> {
  return demo.ask('POST', users, { userId, password, ...more });
}

describe('C.1 reading a profile', () => {
  it('answers keys, types and order of the contract', async () => {
    const answer = await demo.ask('GET', `${users}/jdoe`);
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
      ['/demo/api/v1/users/jdoe', '/demo/api/v2/users/jdoe', '/demo/api/v3/users/jdoe/'].map(
        async (path) => (await demo.ask('GET', path)).text,
      ),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it('of an unknown user is 404 with the text of the seed', async () => {
    const body = { status: 'not_found', message: 'User Id was not found', userId: 'nobody' };
    const answer = await demo.ask('GET', `${users}/nobody`);
    expect([answer.status, answer.signatureHolds]).toEqual([404, true]);
    expect(answer.json).toEqual(body);
  });

  it('finds a user id in any case and any way Unicode writes it', async () => {
    for (const id of ['JDOE', 'zo%C3%AB', 'zoe%CC%88', 'ZO%C3%8B']) {
      expect([id, (await demo.ask('GET', `${users}/${id}`)).json.status]).toEqual([id, 'found']);
    }
  });

  it('accepts a signature over the decoded path, as some SDKs make it', async () => {
    const request = demo.prepare('GET', `${users}/zo%C3%AB`, { signedPath: `${users}/zoë` });
    expect((await demo.send(request)).status).toBe(200);
  });
});

describe('C.2 updating', () => {
  it('changes what is given, clears what is empty, keeps what is left out; PUT and POST are the same', async () => {
    await createUser('c2', { properties: { firstName: 'A', lastName: 'B', phone1: '1', auxId10: 'z' } });
    expectAnswer(await demo.ask('PUT', `${users}/c2`, { properties: { firstName: 'C', phone1: '' } }), 200, {
      status: 'success',
      message: '',
    });
    expectAnswer(await demo.ask('POST', `${users}/c2`, { properties: { lastName: null, auxId1: 'q' } }), 200, {
      status: 'success',
      message: '',
    });
    const { properties } = (await demo.ask('GET', `${users}/c2`)).json;
    const values = Object.fromEntries(
      Object.entries(properties).map(([key, p]) => [key, (p as { value: string }).value]),
    );
    expect(values).toEqual({ firstName: 'C', lastName: 'B', auxId1: 'q', auxId10: 'z' });
  });

  it('ignores what is beyond the contract, and stores none of it', async () => {
    const properties = { phone5: '5', email5: 'x@example.com', auxId11: 'x', ExtProperty1: 'x', nonsense: 'x' };
    const body = { properties, knowledgeBase: { kbq7: { question: 'q', answer: 'a' } }, domain: null, type: 'x' };
    expect((await demo.ask('PUT', `${users}/c2`, body)).json.status).toBe('success');
    const { properties: stored, knowledgeBase } = (await demo.ask('GET', `${users}/c2`)).json;
    expect(Object.keys({ ...stored, ...knowledgeBase }).filter((key) => key in properties || key === 'kbq7')).toEqual(
      [],
    );
  });

  it('gives hostile keys no effect', async () => {
    const hostile =
      '{"properties":{"__proto__":{"isWritable":"x"},"constructor":"x","firstName":"D"},"__proto__":{"x":1}}';
    expect([200, 400]).toContain((await demo.ask('PUT', `${users}/c2`, hostile)).status);
    expect(Object.keys((await demo.ask('GET', `${users}/c2`)).json.properties)).not.toContain('constructor');
  });

  it('clears the PIN on "pinHash":"", as SDKs send it', async () => {
    await demo.ask('PUT', `${users}/c2`, { properties: { pinHash: '9876' } });
    expect((await demo.ask('GET', `${users}/c2`)).json.properties.pinHash.value).toBe('9876');
    await demo.ask('PUT', `${users}/c2`, { properties: { pinHash: '' } });
    expect((await demo.ask('GET', `${users}/c2`)).json.properties.pinHash).toBeUndefined();
  });

  it('of an unknown user is 404 Not_Found', async () => {
    expectAnswer(await demo.ask('PUT', `${users}/nobody`, { properties: { firstName: 'x' } }), 404, {
      status: 'error',
      message: 'Not_Found',
      userId: 'nobody',
    });
  });

  it('with passwords in it is not taken for a password change', async () => {
    const answer = await demo.ask('POST', `${users}/c2`, {
      currentPassword: password,
      newPassword: 'another one here',
    });
    expect([answer.status, answer.json.status]).toEqual([400, 'invalid']);
  });

  it('with a body that is not JSON, or not an object, is 400 and changes nothing', async () => {
    for (const body of ['{', '[]', '"x"', 'null', '{"properties":3}', '{"properties":[]}']) {
      const answer = await demo.ask('PUT', `${users}/c2`, body);
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
    const answer = await demo.ask('GET', `${users}/${encodeURIComponent('Čapek čtvrtý')}`);
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
    const answer = await demo.ask('POST', `${users}/`, { userId: 'c3x', password, ...change });
    expect(answer).toMatchObject({ status: 200, json: { status: 'failed', message }, signatureHolds: true });
    expect((await demo.ask('GET', `${users}/c3x`)).status).toBe(404);
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
  it('are changed by who knows the current one, and by nobody else', async () => {
    await createUser('c4');
    const change = (currentPassword: string, newPassword: string) =>
      demo.ask('POST', `${users}/c4/changepwd`, { currentPassword, newPassword });
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
    expectAnswer(await demo.ask('POST', `${users}/c4/resetpwd`, { password: 'reset by hand 42' }), 200, {
      status: 'success',
      message: 'Password was reset',
    });
    const unknown = await demo.ask('POST', `${users}/nobody/resetpwd`, { password: 'reset by hand 42' });
    expect([unknown.status, unknown.signatureHolds]).toEqual([404, true]);
  });

  it('raced from one current password are changed once', async () => {
    await createUser('c4-race');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        demo.ask('POST', `${users}/c4-race/changepwd`, {
          currentPassword: password,
          newPassword: `new horse ${index} here`,
        }),
      ),
    );
    expect(answers.filter(({ json }) => json?.status === 'success')).toHaveLength(1);
  }, 60_000);
});

describe('a strict realm', () => {
  const strictUsers = '/strict-one/api/v1/users';

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
    expect((await demo.ask('GET', `${users}/jdoe`)).json.properties.firstName.value).toBe('John');
    expect((await strict.ask('GET', `${strictUsers}/jdoe`)).json.properties.firstName).toBeUndefined();
    expect((await strict.ask('GET', `${users}/jdoe`)).json.message).toBe('AppId is unknown.');
  });
});

describe('refusals come before everything else', () => {
  it('an unknown route is 404 only for who may ask', async () => {
    const answer = await demo.ask('GET', '/demo/api/v1/nothing/here');
    expectAnswer(answer, 404, { status: 'not_found', message: 'The requested resource cannot be found.' });
    const stranger = await fetch(`${platform.program.url}/demo/api/v1/nothing/here`);
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
    const answer = await fetch(`${platform.program.url}${users}/jdoe`, { headers: { authorization } });
    expect([answer.status, await answer.json()]).toEqual([401, { status: 'invalid', message }]);
  });
});
