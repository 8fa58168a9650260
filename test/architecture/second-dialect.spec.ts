import { eraseUser, Problem, showProfile } from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describeApi } from '../../apps/gateway/src/description/document.js';
import { operationsOf } from '../../apps/gateway/src/description/openapi.js';
import { dialects } from '../../apps/gateway/src/dialects/dialects.js';
import { secureauth } from '../../apps/gateway/src/dialects/secureauth/dialect.js';
import { DialectList } from '../../apps/gateway/src/exchange/routes.js';
import { GatewayUnderTest, userOf } from '../../apps/gateway/testing/gateway-under-test.js';
import { problemAnswers, second } from './second-dialect/dialect.js';

/** The one line that adds it. */
const both = [...dialects, second];

const gateway = new GatewayUnderTest();
beforeAll(() => gateway.open({}, [second]));
beforeEach(() => {
  gateway.services.asked.splice(0);
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
  gateway.services.on(eraseUser, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
});
afterAll(() => gateway.close());

const ask = (method: string, path: string, token: string | undefined, body?: string) =>
  gateway.send({
    method,
    path,
    unsigned: true,
    headers: token === undefined ? [] : [`Authorization: Bearer ${token}`],
    ...(body === undefined ? {} : { body }),
  });

const asked = () => gateway.services.effects().map(({ operation, request }) => [operation.subject, request]);

describe('a second dialect, added by a folder and a line', () => {
  it('is asked below its root, and knows the realm by the credential', async () => {
    const answer = await ask('GET', '/api/v1/users/jane%20doe', 'of-acme');
    expect([answer.status, answer.body]).toEqual([200, '{"login":"jane doe","state":"active"}']);
    expect(asked()).toEqual([[showProfile.subject, { realm: 'acme', userId: 'jane doe' }]]);
    const [{ context } = {}] = gateway.services.effects();
    expect(context?.actor).toEqual({ kind: 'application', id: 'a'.repeat(32) });
  });

  it('is answered without the seal of another scheme', async () => {
    const { headers, signatureHolds } = await ask('GET', '/api/v1/users/jdoe', 'of-acme');
    expect(signatureHolds).toBeUndefined();
    expect(headers).toMatchObject({ 'cache-control': 'no-cache, no-store', 'x-request-id': expect.any(String) });
  });

  it('reads a body by the schema that describes it', async () => {
    expect((await ask('DELETE', '/api/v1/users', 'of-acme', '{"login":"jdoe","more":1}')).body).toBe('{"erased":true}');
    expect(asked()).toEqual([[eraseUser.subject, { realm: 'acme', userId: 'jdoe' }]]);
    const malformed = await ask('DELETE', '/api/v1/users', 'of-acme', '{"login":null}');
    expect([malformed.status, malformed.body]).toEqual([
      400,
      '{"error":{"code":"invalid","reason":"login is missing"}}',
    ]);
  });

  it('answers with a status and a header of its own, and reads a body that is no JSON', async () => {
    const answer = await ask('POST', '/api/v1/erasures', 'of-acme', 'login=jane+doe&more=1');
    expect([answer.status, answer.body]).toEqual([201, '{"erased":true}']);
    expect(answer.headers).toMatchObject({
      location: '/api/v1/erasures/01900000-0000-7000-8000-000000000001',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(asked()).toEqual([[eraseUser.subject, { realm: 'acme', userId: 'jane doe' }]]);
    const malformed = await ask('POST', '/api/v1/erasures', 'of-acme', '{"login":"jdoe"}');
    expect([malformed.status, malformed.body]).toContain('{"error":{"code":"invalid","reason":"login is missing"}}');
  });

  const refusals: readonly [string, string, string, string | undefined, number, string][] = [
    ['no token', 'GET', '/api/v1/users/jdoe', undefined, 401, 'token_unknown'],
    ['a token of none', 'GET', '/api/v1/users/jdoe', 'guessed', 401, 'token_unknown'],
    ['a permission that is lacking', 'GET', '/api/v1/users/jdoe', 'of-other', 403, 'notPermitted'],
    ['nothing there', 'GET', '/api/v1/nothing', 'of-acme', 404, 'notFound'],
    ['a path that is malformed', 'GET', '/api/v1/users//jdoe', 'of-acme', 400, 'targetMalformed'],
  ];
  it.each(refusals)('refuses %s in its own words', async (_what, method, path, token, status, code) => {
    const answer = await ask(method, path, token);
    expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([status, code]);
    expect(gateway.services.effects().filter(({ operation }) => operation !== showProfile)).toEqual([]);
  });

  it('translates what its operations refuse', async () => {
    gateway.services.on(showProfile, () => {
      throw new Problem('user.unknown');
    });
    const answer = await ask('GET', '/api/v1/users/nobody', 'of-acme');
    expect([answer.status, answer.body]).toEqual([404, '{"error":{"code":"no_such_user","reason":"no_such_user"}}']);
  });

  it('translates no other problem: those of its operations and of every ask', () => {
    const ofOperations = [...showProfile.refusals, ...eraseUser.refusals];
    const ofEveryAsk = Object.keys(problemAnswers).filter((code) => /^(request|bus|store)\.|^internal$/.test(code));
    expect(Object.keys(problemAnswers).sort()).toEqual([...new Set([...ofOperations, ...ofEveryAsk])].sort());
  });
});

describe('the dialect that was there before', () => {
  it('is asked and answered as without the second one', async () => {
    const answer = await gateway.send({ path: '/demo/api/v1/users/jdoe' });
    expect([answer.status, JSON.parse(answer.body).status, answer.signatureHolds]).toEqual([200, 'found', true]);
    expect(asked()).toEqual([[showProfile.subject, { realm: 'demo', userId: 'jdoe' }]]);
  });

  it('takes no token of the second, and the second no signature', async () => {
    const token = await ask('GET', '/demo/api/v1/users/jdoe', 'of-acme');
    expect([token.status, token.body]).toEqual([
      401,
      '{"status":"invalid","message":"Unknown authentication scheme."}',
    ]);
    const signature = await gateway.send({ path: '/api/v1/users/jdoe' });
    expect([signature.status, JSON.parse(signature.body).error.code]).toEqual([401, 'token_unknown']);
    expect(gateway.services.effects()).toEqual([]);
  });

  it('answers what is below no root, and what is no HTTP', async () => {
    expect((await gateway.send({ path: '/api/v2/users/jdoe' })).body).toContain('"status":"not_found"');
    expect((await gateway.sendBytes('nonsense\r\n\r\n')).body).toContain('"status":"invalid"');
  });
});

describe('the metrics of both', () => {
  it('tell endpoints of one name apart', async () => {
    await ask('GET', '/api/v1/users/jdoe', 'of-acme');
    await gateway.send({ path: '/demo/api/v1/users/jdoe' });
    const text = await gateway.metrics.text();
    expect(text).toContain('route="users.show"');
    expect(text).toContain('route="second.users.show"');
  });
});

describe('a gateway does not start', () => {
  const [show] = second.endpoints;
  const outside = { ...show, routes: [{ form: '', methods: ['GET'], path: '/other/users/{login}' }] };
  const inside = { ...show, routes: [{ form: '', methods: ['GET'], path: '/api/v1/users/{login}' }] };

  it.each([
    ['without a dialect that takes what no other does', [second]],
    ['with two dialects of one name', [...both, { ...second, root: '/api/v2', endpoints: [] }]],
    ['with a path outside of the root of its dialect', [...dialects, { ...second, endpoints: [outside] }]],
    ['with a path below the root of another dialect', [{ ...secureauth, endpoints: [inside] }, second]],
    ['with a root that a realm could be named', [...dialects, { ...second, root: '/acme/v1', endpoints: [] }]],
  ])('%s', (_what, spoken) => {
    expect(() => new DialectList(spoken as typeof both)).toThrow();
    expect(() => new DialectList(both)).not.toThrow();
  });
});

describe('the description of both', () => {
  const document = describeApi(both);

  it('is an OpenAPI document, and the one that the gateway serves', async () => {
    expect(await new Validator().validate({ ...structuredClone(document) })).toEqual({ valid: true });
    const response = await fetch(`${gateway.url}/openapi.json`);
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('has the paths of both, each with its own security scheme', () => {
    const securityOf = (path: string, method: 'get' | 'delete') => document.paths[path]?.[method]?.security;
    expect(securityOf('/api/v1/users/{login}', 'get')).toEqual([{ 'second.token': [] }]);
    expect(securityOf('/{realm}/api/{version}/users/{userId}', 'get')).toEqual([{ requestSignature: [] }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['requestSignature', 'second.token']);
  });

  it('says of the first what it says without the second', () => {
    const { paths, components } = describeApi([secureauth]);
    expect(document.paths).toMatchObject(paths);
    expect(document.components).toMatchObject(components);
  });

  it('tells endpoints and tags of one name apart, and gives every operation an id of its own', () => {
    const operations = operationsOf(document).map(({ operation }) => operation);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    expect(tags.filter((name) => name.startsWith('Users'))).toEqual(['Users', 'Users (second)']);
    expect(new Set(tags).size).toBe(tags.length);
    const endpoints = operations.flatMap((operation) => operation['x-endpoints'] ?? []);
    expect(endpoints).toEqual(expect.arrayContaining(['users.show', 'second.users.show']));
  });

  it('has the status and the body that are no other dialect has', () => {
    const { requestBody, responses } = document.paths['/api/v1/erasures']?.post ?? {};
    expect(Object.keys(requestBody?.content ?? {})).toEqual(['application/x-www-form-urlencoded']);
    expect(Object.keys(responses ?? {})).toContain('201');
    expect(Object.keys(responses ?? {})).not.toContain('200');
  });

  it('says nothing of signatures in the part of the second', () => {
    const { responses, headers } = document.components;
    const ofSecond = Object.entries({ ...responses, ...headers }).filter(([name]) => name.startsWith('second.'));
    expect(JSON.stringify(ofSecond)).not.toMatch(/\bsign/);
  });

  it('is a page with every endpoint of both', async () => {
    const page = await (await fetch(`${gateway.url}/docs`)).text();
    for (const { name } of secureauth.endpoints) expect(page).toContain(`id="${name}"`);
    for (const { name } of second.endpoints) expect(page).toContain(`id="second.${name}"`);
  });
});
