import {
  changePassword,
  Problem,
  type ProblemCode,
  realmSettings,
  registerUser,
  resetPassword,
  showProfile,
  updateUser,
} from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contactsOf, GatewayUnderTest, userOf } from '../../../testing/gateway-under-test.js';

const gateway = new GatewayUnderTest();
const versions = ['v1', 'v2', 'v3'] as const;
const users = '/demo/api/v1/users';
const json = (value: unknown) => JSON.stringify(value);
const id = '01900000-0000-7000-8000-000000000001';
const refuse = (code: ProblemCode) => () => {
  throw new Problem(code);
};

beforeAll(async () => {
  gateway.change({
    passwordTexts: { resetRefused: 'reset refused', changeRefused: 'change refused', currentPasswordWrong: 'wrong' },
  });
  await gateway.open();
});
beforeEach(() => {
  gateway.services.asked.splice(0);
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
  for (const operation of [updateUser, registerUser, resetPassword, changePassword])
    gateway.services.on(operation, () => ({ id }));
});
afterAll(() => gateway.close());

describe('secureauth C.1: GET /users/{userId}', () => {
  it("is the guide's sample, byte for byte", async () => {
    const { attributes } = realmSettings.parse({ attributes: { extended1: { displayName: 'New Property' } } });
    gateway.changeRealm({ attributes });
    gateway.services.on(showProfile, () =>
      userOf('jdoe', {
        attributes: { extended10: 'ten', extended1: 'John', custom1: '123 Anywhere Drive', stray: 'x' },
        pin: '1234',
        name: { given: 'John' },
        displayName: 'not in the contract',
        questions: {
          help_desk: { question: 'Born?', answer: 'Alexandria' },
          1: { question: 'Color?', answer: 'red' },
          7: { question: 'not in the contract', answer: 'x' },
        },
        groups: ['SharePoint Developers'],
      }),
    );
    const answer = await gateway.send({ path: `${users}/jdoe` });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(
      '{"userId":"jdoe","properties":{"firstName":{"value":"John","isWritable":"true"},' +
        '"pinHash":{"value":"1234","isWritable":"true"},"auxId1":{"value":"123 Anywhere Drive","isWritable":"true"},' +
        '"ExtProperty1":{"displayName":"New Property","value":"John","isWritable":"false"},' +
        '"ExtProperty10":{"displayName":"ExtProperty10","value":"ten","isWritable":"false"}},' +
        '"knowledgeBase":{"kbq1":{"question":"Color?","answer":"red"},"helpDeskKb":{"question":"Born?","answer":"Alexandria"}},' +
        '"groups":["SharePoint Developers"],"accessHistories":[],"status":"found","message":""}',
    );
  });

  it('names the user as the request did', async () => {
    gateway.services.on(showProfile, () => userOf('jdoe'));
    expect(JSON.parse((await gateway.send({ path: `${users}/JDoe` })).body).userId).toBe('JDoe');
    expect(JSON.parse((await gateway.send({ path: `${users}/CORP/JDoe` })).body).userId).toBe('CORP\\JDoe');
  });

  it('groups are shown with the suffix of the realm, as it is now', async () => {
    gateway.services.on(showProfile, () => userOf('jdoe', { groups: ['a, b', 'SharePoint Developers'] }));
    const groups = async () => JSON.parse((await gateway.send({ path: `${users}/jdoe` })).body).groups;
    expect(await groups()).toEqual(['a, b', 'SharePoint Developers']);
    gateway.change({ groupNameSuffix: 'OU=jdoe,DC=dev,DC=local' });
    expect(await groups()).toEqual([
      'CN=a\\, b,OU=jdoe,DC=dev,DC=local',
      'CN=SharePoint Developers,OU=jdoe,DC=dev,DC=local',
    ]);
    gateway.change({ groupNameSuffix: '' });
    expect(await groups()).toEqual(['a, b', 'SharePoint Developers']);
  });

  it('a property that the realm keeps from being written says so, as a string', async () => {
    const { attributes, readOnlyFields } = realmSettings.parse({
      attributes: { custom1: { writableBy: 'operators' } },
      readOnlyFields: ['phones.1', 'pin'],
    });
    gateway.changeRealm({ attributes, readOnlyFields });
    const phones = contactsOf({ 1: '1', 2: '2', 5: 'not in the contract' });
    gateway.services.on(showProfile, () =>
      userOf('jdoe', { phones, pin: '1', attributes: { custom1: '1', custom2: '2' } }),
    );
    const { body } = await gateway.send({ path: `${users}/jdoe` });
    gateway.changeRealm({ readOnlyFields: [], attributes: {} });
    expect(body).toContain(
      '"properties":{"phone1":{"value":"1","isWritable":"false"},"phone2":{"value":"2","isWritable":"true"},' +
        '"pinHash":{"value":"1","isWritable":"false"},' +
        '"auxId1":{"value":"1","isWritable":"false"},"auxId2":{"value":"2","isWritable":"true"}}',
    );
  });

  it.each(versions)('%s: empty collections are there', async (version) => {
    const answer = await gateway.send({ path: `/demo/api/${version}/users/jdoe/` });
    expect(answer.body).toBe(
      '{"userId":"jdoe","properties":{},"knowledgeBase":{},"groups":[],"accessHistories":[],"status":"found","message":""}',
    );
  });

  it.each(versions)('%s: account states are 200, an unknown user is 404', async (version) => {
    const path = `/demo/api/${version}/users/jdoe`;
    const states = [
      [{ state: 'disabled' }, 'disabled', 'Account is disabled.'],
      [{ state: 'locked' }, 'lock_out', 'Account is locked out.'],
      [{ state: 'password_expired' }, 'password_expired', 'Password is expired.'],
      [{ isGroupMissing: true }, 'invalid_group', 'User Id is not associated with a valid group.'],
      [{ state: 'locked', isGroupMissing: true }, 'lock_out', 'Account is locked out.'],
      [{ state: 'pending' }, 'disabled', 'Account is disabled.'],
      [{ state: 'suspended' }, 'disabled', 'Account is disabled.'],
    ] as const;
    for (const [user, status, message] of states) {
      gateway.services.on(showProfile, () => userOf('jdoe', user));
      const answer = await gateway.send({ path });
      expect([answer.status, answer.body]).toEqual([200, json({ status, message, userId: 'jdoe' })]);
    }
    for (const unknown of [refuse('user.unknown'), () => userOf('jdoe', { state: 'deleted' })]) {
      gateway.services.on(showProfile, unknown);
      const answer = await gateway.send({ path });
      expect(answer.status).toBe(404);
      expect(answer.body).toBe('{"status":"not_found","message":"User Id was not found","userId":"jdoe"}');
    }
  });
});

/** What a body asks of the neutral user, beside what it leaves alone. */
const wellFormedBodies: readonly [string, string, object][] = [
  ['nothing at all', '', {}],
  ['an empty object', '{}', {}],
  ['null for absent', '{"properties":null,"knowledgeBase":null}', {}],
  ['a null value', '{"properties":{"firstName":null}}', {}],
  ['an empty string, which clears', '{"properties":{"auxId2":""}}', { attributes: { custom2: '' } }],
  [
    'every kind of property',
    '{"properties":{"firstName":"f","lastName":"l","phone4":"p","email1":"a","email2":"","pinHash":"1","auxId10":"x"},"knowledgeBase":{"kbq6":{"question":"q","answer":"a"},"helpDeskKb":{"question":"h","answer":"b"}}}',
    {
      name: { given: 'f', family: 'l' },
      phones: [{ position: 4, value: 'p' }],
      emails: [
        { position: 1, value: 'a' },
        { position: 2, value: '' },
      ],
      pin: '1',
      attributes: { custom10: 'x' },
      questions: { 6: { question: 'q', answer: 'a' }, help_desk: { question: 'h', answer: 'b' } },
    },
  ],
  [
    'unknown keys',
    '{"domain":null,"user_id":"x","password":"p","properties":{"phone5":"5","email5":"e","auxId11":"a","firstname":"f","ExtProperty1":"x","phone1":"1"}}',
    { phones: [{ position: 1, value: '1' }] },
  ],
  [
    'unknown questions',
    '{"knowledgeBase":{"kbq7":{"question":"q","answer":"a"},"kbq1":{"question":"","answer":""}}}',
    { questions: { 1: { question: '', answer: '' } } },
  ],
  [
    'half a question, of which the other half stays',
    '{"properties":{"firstName":"f"},"knowledgeBase":{"kbq1":{"answer":"n"},"kbq2":{"question":"q","answer":null},"kbq3":{},"kbq4":null}}',
    { name: { given: 'f' }, questions: { 1: { answer: 'n' }, 2: { question: 'q' }, 3: {} } },
  ],
  [
    'a byte order mark and a comma behind the last',
    '\ufeff{"properties":{"firstName":"f",}}',
    { name: { given: 'f' } },
  ],
  [
    'hostile keys',
    '{"__proto__":{"properties":{"firstName":"x"}},"properties":{"__proto__":{"lastName":"x"},"constructor":"c","prototype":"p","toString":"t"}}',
    {},
  ],
  ['a key twice', '{"properties":{"firstName":"a"},"properties":{"firstName":"b"}}', { name: { given: 'b' } }],
  ['pretty-printed', '{\r\n  "properties" : {\r\n    "firstName" : "Zoë"\r\n  }\r\n}', { name: { given: 'Zoë' } }],
];
const nothing = { name: {}, emails: [], phones: [], attributes: {}, questions: {} };
const malformedBodies: readonly [string, string | Buffer][] = [
  ['no JSON', '{'],
  ['two trailing commas', '{"properties":{},,}'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a string', '"x"'],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['properties that are a list', '{"properties":[]}'],
  ['properties that are a string', '{"properties":"x"}'],
  ['a number for a string', '{"properties":{"firstName":5}}'],
  ['an object for a string', '{"properties":{"firstName":{"$ne":""}}}'],
  ['a question that is a string', '{"knowledgeBase":{"kbq1":"x"}}'],
  ['an answer that is a number', '{"knowledgeBase":{"kbq1":{"answer":5}}}'],
  ['U+0000', '{"properties":{"firstName":"a\\u0000"}}'],
  ['an unpaired surrogate', '{"properties":{"firstName":"\\ud800"}}'],
  ['a value far too long', json({ properties: { firstName: 'x'.repeat(2001) } })],
  ['deep nesting', `{"properties":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['F15: passwords and nothing to change', '{"currentPassword":"a","newPassword":"b"}'],
  ['F15: with null for the rest', '{"password":"a","properties":null}'],
];

describe.each(['PUT', 'POST'])('secureauth C.2: %s /users/{userId}', (method) => {
  it.each(wellFormedBodies)('takes %s', async (_name, body, changes) => {
    const answer = await gateway.send({ path: `${users}/jdoe`, method, body });
    expect([answer.status, answer.body]).toEqual([200, '{"status":"success","message":""}']);
    expect(gateway.services.effects().map(({ request }) => request)).toEqual([
      { realm: 'demo', userId: 'jdoe', ...nothing, ...changes },
    ]);
  });

  it.each(malformedBodies)('refuses %s with 400 and changes nothing', async (_name, body) => {
    const answer = await gateway.send({ path: `${users}/jdoe`, method, body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      status: 'invalid',
      message: expect.stringMatching(/^Request validation failed with: .+\.$/),
    });
    expect(gateway.services.effects()).toEqual([]);
  });

  it.each([
    ['user.unknown', 404, 'error', 'Not_Found'],
    ['user.email_invalid', 200, 'failed', 'Invalid email.'],
    ['user.email_exists', 200, 'failed', 'Duplicate email.'],
    ['user.property_read_only', 200, 'failed', 'Provider error.'],
    ['user.property_invalid', 200, 'failed', 'Provider error.'],
  ] as const)('%s is %d %s / %s', async (code, http, status, message) => {
    gateway.services.on(updateUser, refuse(code));
    const answer = await gateway.send({ path: `${users}/jdoe`, method, body: '{}' });
    expect([answer.status, answer.body]).toEqual([http, json({ status, message, userId: 'jdoe' })]);
  });
});

describe('secureauth C.3: POST /users', () => {
  const user = { userId: 'jdoe', password: '93$q!SAT', properties: { firstName: 'John' } };
  it.each([users, `${users}/`, '/demo/api/v2/users', '/demo/api/v3/users/'])('%s creates, with 200', async (path) => {
    const answer = await gateway.send({ path, method: 'POST', body: json(user) });
    expect([answer.status, answer.body]).toEqual([200, '{"status":"success","message":""}']);
    const { userId, password } = user;
    const expected = { realm: 'demo', userId, password, ...nothing, name: { given: 'John' } };
    expect(gateway.services.effects()[0]?.request).toEqual(expected);
  });

  it.each([undefined, null, {}, [], 5, '', 'a\u0000', '\ud800', 'x'.repeat(257)])(
    'a user id of %p is an invalid username',
    async (userId) => {
      const answer = await gateway.send({ path: users, method: 'POST', body: json({ ...user, userId }) });
      expect([answer.status, answer.body]).toEqual([200, '{"status":"failed","message":"Invalid username."}']);
      expect(gateway.services.effects()).toEqual([]);
    },
  );

  it.each([undefined, null, {}, 5, 'a\u0000', 'x'.repeat(4097)])(
    'a password of %p is an invalid password',
    async (password) => {
      const answer = await gateway.send({ path: users, method: 'POST', body: json({ ...user, password }) });
      const refused = json({ status: 'failed', message: 'Invalid password.', userId: 'jdoe' });
      expect([answer.status, answer.body]).toEqual([200, refused]);
      expect(gateway.services.effects()).toEqual([]);
    },
  );

  it.each([
    ['CORP', 'jane doe', 'CORP\\jane doe'],
    ['', 'jdoe', 'jdoe'],
    [null, 'jdoe', 'jdoe'],
    [undefined, 'CORP\\jdoe', 'CORP\\jdoe'],
  ])('with the domain %j, %j is the user whom the path names with them', async (domain, userId, created) => {
    const body = json({ ...user, userId, domain });
    expect((await gateway.send({ path: users, method: 'POST', body })).status).toBe(200);
    const path = [domain, userId].filter(Boolean).map((part) => encodeURIComponent(String(part)));
    await gateway.send({ path: `${users}/${path.join('/')}` });
    expect(gateway.services.effects().map(({ request }) => request.userId)).toEqual([created, created]);
  });

  it.each([
    ['a backslash in the domain', { domain: 'A\\B' }, 'domain holds a backslash'],
    ['a backslash beside a domain', { domain: 'A', userId: 'B\\c' }, 'user id beside a domain holds a backslash'],
    ['a domain that is a number', { domain: 5 }, 'domain is not a string'],
  ])('%s is 400', async (_what, named, reason) => {
    const answer = await gateway.send({ path: users, method: 'POST', body: json({ ...user, ...named }) });
    expect([answer.status, JSON.parse(answer.body).message]).toEqual([
      400,
      `Request validation failed with: ${reason}.`,
    ]);
    expect(gateway.services.effects()).toEqual([]);
  });

  it.each([
    ['user.exists', 'Duplicate username.'],
    ['user.id_invalid', 'Invalid username.'],
    ['user.email_invalid', 'Invalid email.'],
    ['user.email_exists', 'Duplicate email.'],
    ['user.property_invalid', 'Provider error.'],
    ['user.withdrawn', 'Unknown error.'],
    ['password.refused', 'Invalid password.'],
  ] as const)('%s is failed / %s', async (code, message) => {
    gateway.services.on(registerUser, refuse(code));
    const answer = await gateway.send({ path: users, method: 'POST', body: json(user) });
    expect([answer.status, answer.body]).toEqual([200, json({ status: 'failed', message, userId: 'jdoe' })]);
  });

  it('full hashing is 503, to be tried again', async () => {
    gateway.services.on(registerUser, refuse('password.hashing_overloaded'));
    const answer = await gateway.send({ path: users, method: 'POST', body: json(user) });
    expect([answer.status, JSON.parse(answer.body).status, answer.headers['retry-after']]).toEqual([
      503,
      'server_error',
      '1',
    ]);
  });
});

describe('secureauth C.4: resetpwd and changepwd', () => {
  const reset = { path: `${users}/jdoe/resetpwd`, method: 'POST', body: '{"password":"M@g1cHappens"}' };
  const change = { path: `${users}/jdoe/changepwd`, method: 'POST', body: '{"currentPassword":"a","newPassword":"b"}' };

  it('have their own words of success', async () => {
    expect((await gateway.send(reset)).body).toBe('{"status":"success","message":"Password was reset"}');
    expect((await gateway.send(change)).body).toBe('{"status":"success","message":"Password was changed"}');
  });

  it.each([
    ['v1', true],
    ['v2', false],
    ['v3', false],
  ] as const)('%s reports account states: %p', async (version, reports) => {
    for (const sent of [reset, change]) await gateway.send({ ...sent, path: sent.path.replace('v1', version) });
    expect(gateway.services.effects().map(({ request }) => request.reportAccountState)).toEqual([reports, reports]);
  });

  it.each([
    ['password.refused', 200, 'failed', 'reset refused'],
    ['password.choice_refused', 200, 'failed', 'reset refused'],
    ['user.unknown', 404, 'not_found', 'User Id was not found'],
    ['user.disabled', 200, 'disabled', 'Account is disabled.'],
    ['user.locked', 200, 'lock_out', 'Account is locked out.'],
    ['user.password_expired', 200, 'password_expired', 'Password is expired.'],
  ] as const)('resetpwd: %s is %d %s / %s', async (code, http, status, message) => {
    gateway.services.on(resetPassword, refuse(code));
    const answer = await gateway.send(reset);
    expect([answer.status, answer.body]).toEqual([http, json({ status, message, userId: 'jdoe' })]);
  });

  it.each([
    ['password.mismatch', 200, 'failed', 'wrong'],
    ['password.refused', 200, 'failed', 'change refused'],
    ['user.group_missing', 200, 'invalid_group', 'User Id is not associated with a valid group.'],
  ] as const)('changepwd: %s is %d %s / %s', async (code, http, status, message) => {
    gateway.services.on(changePassword, refuse(code));
    const answer = await gateway.send(change);
    expect([answer.status, answer.body]).toEqual([http, json({ status, message, userId: 'jdoe' })]);
  });

  it.each([
    [{ ...reset, body: '{}' }],
    [{ ...reset, body: '{"password":{}}' }],
    [{ ...change, body: '{"newPassword":"b"}' }],
    [{ ...change, body: '{"currentPassword":"a","newPassword":null}' }],
  ])('a password that is missing is malformed', async (sent) => {
    expect((await gateway.send(sent)).status).toBe(400);
    expect(gateway.services.effects()).toEqual([]);
  });

  it('passwords that the other call needs may come along', async () => {
    const body = '{"password":"","currentPassword":"a","newPassword":"b"}';
    expect((await gateway.send({ ...change, body })).status).toBe(200);
  });
});

describe('secureauth C.0: permission switches', () => {
  const calls = [
    ['user-management', { path: `${users}/jdoe` }],
    ['user-management', { path: `${users}/jdoe`, method: 'PUT', body: '{}' }],
    ['user-management', { path: users, method: 'POST', body: '{}' }],
    ['administrator-reset', { path: `${users}/jdoe/resetpwd`, method: 'POST', body: '{"password":"x"}' }],
    ['self-service-change', { path: `${users}/jdoe/changepwd`, method: 'POST', body: '{}' }],
    ['user-deletion', { path: users, method: 'DELETE', body: '{"user_id":"jdoe"}' }],
  ] as const;
  it.each(calls)('without %s: 403, signed, and nothing is asked', async (permission, sent) => {
    const closed = new GatewayUnderTest();
    closed.credential.permissions = closed.credential.permissions.filter((one) => one !== permission);
    await closed.open();
    try {
      const answer = await closed.send(sent);
      expect([answer.status, JSON.parse(answer.body).status, answer.signatureHolds]).toEqual([403, 'invalid', true]);
      expect(closed.services.effects()).toEqual([]);
    } finally {
      await closed.close();
    }
  });
});
