import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import bruno from '@usebruno/lang';
import { describeApi } from '../../apps/gateway/src/description/document.js';
import { dialects } from '../../apps/gateway/src/dialects/dialects.js';
import { applicationId, GatewayUnderTest } from '../../apps/gateway/testing/gateway-under-test.js';
import { collectionFiles } from './collection.mjs';

const require = createRequire(import.meta.url);
const folder = join(import.meta.dirname, '../../examples/bruno');
const read = (path) => readFileSync(join(folder, path), 'utf8');
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../libs/signing/src/signing.vectors.json'), 'utf8'),
);
const collection = bruno.collectionBruToJson(read('collection.bru'));
const requests = readdirSync(folder, { recursive: true })
  .filter((path) => path.includes('/') && path.endsWith('.bru') && !/^environments|folder\.bru$/.test(path))
  .map((path) => ({ path, ...bruno.bruToJsonV2(read(path)) }));

const credentials = { applicationId: vectors.applicationId, applicationKey: vectors.applicationKey };
/** As Bruno fills in variables, those inside of values too. */
const interpolate = (text, variables) =>
  text.replace(/\{\{(\w+)\}\}/g, (written, name) => interpolate(variables[name] ?? written, variables));
const bruWith = (variables) => ({ interpolate: (text) => interpolate(text, variables) });

/** Runs the pre-request script as Bruno would; the clock stands still at `date`. */
function sign({ method, url, body, variables = credentials, date }) {
  const sent = { url, body, headers: {} };
  const at = Date.parse(date);
  class FixedDate extends Date {
    constructor() {
      super(at);
    }
  }
  const req = {
    getUrl: () => url,
    getMethod: () => method,
    getBody: () => body,
    setUrl: (value) => {
      sent.url = value;
    },
    setBody: (value) => {
      sent.body = value;
    },
    setHeader: (name, value) => {
      sent.headers[name] = value;
    },
  };
  runInNewContext(collection.script.req, { require, bru: bruWith(variables), req, Date: FixedDate });
  return sent;
}

/** Runs the tests as Bruno would and tells which failed. */
function failedTests({ headers, body, date, variables = credentials }) {
  const failed = [];
  class FixedDate extends Date {
    static now() {
      return Date.parse(date);
    }
  }
  const test = (name, run) => {
    try {
      run();
    } catch {
      failed.push(name);
    }
  };
  const assert = (found) => ({
    to: {
      equal: (wanted) => {
        if (found !== wanted) throw new Error(`expected ${wanted}, found ${found}`);
      },
      be: {
        below: (most) => {
          if (!(found < most)) throw new Error(`expected less than ${most}, found ${found}`);
        },
      },
    },
  });
  const res = { getHeader: (name) => headers[name], getBody: () => body };
  runInNewContext(collection.tests, { require, bru: bruWith(variables), res, test, expect: assert, Date: FixedDate });
  return failed;
}

describe('The pre-request script of the collection', () => {
  const withMilliseconds = vectors.requests.filter(({ dateHeaders }) => dateHeaders.includes('X-SA-Ext-Date'));

  it.each(withMilliseconds.map((vector) => [vector.name, vector]))('signs as the vectors do: %s', (_name, vector) => {
    const url = `http://gateway:8080${vector.target ?? vector.path}`;
    const { headers } = sign({ method: vector.method, url, body: vector.body, date: vector.date });
    expect(headers['X-SA-Ext-Date']).toBe(vector.date);
    const decoded = Buffer.from(headers.Authorization.slice('Basic '.length), 'base64').toString();
    expect(decoded).toBe(`${vectors.applicationId}:${vector.c}`);
  });

  it('sends what it signs: variables filled in, the path encoded, no white space around the body', () => {
    const sent = sign({
      method: 'POST',
      url: '{{baseUrl}}/demo/api/v1/groups/{{group}}/users?username={{user}}',
      body: '  {"userIds":["{{user}}"]}\n',
      variables: { ...credentials, baseUrl: 'https://gateway', group: 'Šef {x}%2B', user: 'jane' },
      date: 'Fri, 31 Jan 2020 09:05:07.042 GMT',
    });
    expect(sent.url).toBe('https://gateway/demo/api/v1/groups/%C5%A0ef%20%7Bx%7D%2B/users?username=jane');
    expect(sent.body).toBe('{"userIds":["jane"]}');
  });

  it('leaves a request without a body without one', () => {
    const sent = sign({ method: 'GET', url: 'http://a/b', body: undefined, date: 'Fri, 31 Jan 2020 09:05:07.042 GMT' });
    expect(sent.body).toBeUndefined();
  });
});

describe('The tests of the collection', () => {
  it.each(vectors.responses.map((vector) => [vector.name, vector]))(
    'pass for %s',
    (_name, { date, body, signature }) => {
      const headers = { 'x-sa-date': date, 'x-sa-signature': signature };
      expect(failedTests({ headers, body, date })).toEqual([]);
    },
  );

  it('fail when a byte of the body, the date or the signature is another, or there is none', () => {
    const [{ date, body, signature }] = vectors.responses;
    const headers = { 'x-sa-date': date, 'x-sa-signature': signature };
    const holds = ['the signature of the answer holds'];
    expect(failedTests({ headers, body: body.replace('found', 'fouND'), date })).toEqual(holds);
    expect(failedTests({ headers: { ...headers, 'x-sa-date': date.replace(':33', ':34') }, body, date })).toEqual(
      holds,
    );
    expect(failedTests({ headers: { ...headers, 'x-sa-signature': undefined }, body, date })).toEqual(holds);
    expect(failedTests({ headers: {}, body, date })).toEqual([...holds, 'the answer is of now']);
  });

  it('fail for an answer that is old', () => {
    const [{ date, body, signature }] = vectors.responses;
    const headers = { 'x-sa-date': date, 'x-sa-signature': signature };
    const later = new Date(Date.parse(date) + 300_001).toUTCString();
    expect(failedTests({ headers, body, date: later })).toEqual(['the answer is of now']);
  });
});

describe('An operation that the script cannot sign', () => {
  it('is in no collection', () => {
    const document = JSON.parse(JSON.stringify(describeApi(dialects)));
    const before = collectionFiles(document);
    const [operation] = Object.values(document.paths).flatMap(({ get }) => (get?.security.length > 0 ? [get] : []));
    document.paths['/api/v1/other'] = { patch: { ...operation, operationId: 'other', security: [{ token: [] }] } };
    expect(collectionFiles(document)).toEqual(before);
  });
});

describe('The requests of the collection', () => {
  let gateway;
  beforeAll(async () => {
    gateway = await new GatewayUnderTest().open();
  });
  afterAll(() => gateway.close());

  it('cover every endpoint that is signed', () => {
    expect(requests.length).toBeGreaterThan(20);
  });

  it.each(requests.map((request) => [request.path, request]))(
    '%s is accepted, and its answer verified',
    async (_, request) => {
      const filled = Object.fromEntries((request.vars?.req ?? []).map(({ name, value }) => [name, value]));
      const variables = { ...credentials, applicationId, baseUrl: gateway.url, realm: 'demo', ...filled };
      gateway.clock.advance(1);
      const date = new Date(gateway.clock.now()).toUTCString();
      const { method, url } = request.http;
      const signedAt = new Date(gateway.clock.now()).toISOString();
      const sent = sign({ method, url, body: request.body?.json, variables, date: signedAt });
      const answer = await fetch(sent.url, { method: method.toUpperCase(), headers: sent.headers, body: sent.body });
      // The services behind this gateway are not there: 503 is what comes after the signature was found good.
      expect([await answer.clone().text(), answer.status]).toEqual([expect.any(String), 503]);
      const headers = Object.fromEntries(answer.headers);
      expect(failedTests({ headers, body: await answer.json(), date, variables })).toEqual([]);
    },
  );
});
