import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FixedClock } from '@countersign/clock';
import { afterEach, describe, expect, it } from '@jest/globals';
import { applicationKey } from './application-key.js';
import { parseAuthorization } from './authorization.js';
import { signResponse } from './response.js';
import { signedDateOf } from './signed-date.js';
import { signedFetch } from './signed-fetch.js';
import { verifyRequest } from './verify-request.js';

const applicationId = 'a'.repeat(32);
const keyText = 'ab'.repeat(32);
const key = applicationKey(keyText);
const date = 'Wed, 08 Apr 2015 21:37:33 GMT';
const clock = new FixedClock(Date.UTC(2015, 3, 8, 21, 37, 33, 400));
const identity = { applicationId, applicationKey: keyText, clock };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Received {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

async function serve(answer: (response: ServerResponse, received: Received) => void): Promise<string> {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answer(response, { request, body: Buffer.concat(chunks) });
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function verified({ request, body }: Received): string | undefined {
  const claimed = parseAuthorization(request.headers.authorization);
  if (claimed.refusal !== undefined) return claimed.refusal;
  return verifyRequest({
    ...claimed,
    method: request.method ?? '',
    path: request.url?.split('?')[0] ?? '',
    date: signedDateOf(request.headers) ?? '',
    body,
    key,
    tolerances: { decodedPath: false, latin1Body: false },
  });
}

function sign(response: ServerResponse, body: string | Buffer): ServerResponse {
  response.setHeader('X-SA-DATE', date);
  return response.setHeader('X-SA-SIGNATURE', signResponse({ date, applicationId, body, key }));
}

describe('a signed fetch', () => {
  it.each([
    ['a read with a query', '/demo/api/v1/users?username=jane+doe', {}],
    ['a path that is escaped on the wire', '/demo/users/jane doe/zoë', {}],
    ['a body', '/demo/api/v1/users', { method: 'post', body: '{"name":"zoë"}' }],
    ['an empty body', '/demo/api/v1/throttle', { method: 'PUT', body: '' }],
    ['a deletion with a body', '/demo/x', { method: 'DELETE', body: Buffer.from([0, 255]) }],
    ['a patch', '/demo/x', { method: 'patch', body: '{}' }],
    ['headers that would overrule it', '/demo/x', { headers: { authorization: 'Basic x', 'x-sa-ext-date': 'x' } }],
  ])('sends what verifies strictly: %s', async (_, path, options) => {
    const url = await serve((response, received) => response.end(verified(received)));
    const answer = await signedFetch(`${url}${path}`, { ...identity, ...options });
    expect(answer.text()).toBe('strict');
  });

  it('carries the date of its clock, in milliseconds', async () => {
    const url = await serve((response, { request }) => response.end(request.headers['x-sa-ext-date']));
    const answer = await signedFetch(url, { ...identity, clock: new FixedClock(Date.UTC(2020, 0, 31, 9, 5, 7, 42)) });
    expect(answer.text()).toBe('Fri, 31 Jan 2020 09:05:07.042 GMT');
  });

  it('tells whether the signature of the answer holds', async () => {
    const url = await serve((response, { request }) => {
      if (request.url !== '/unsigned') sign(response, '{"a":1}');
      if (request.url === '/undated') response.removeHeader('X-SA-DATE');
      response.end(request.url === '/altered' ? '{"a":2}' : '{"a":1}');
    });
    const held = await signedFetch(`${url}/held`, identity);
    expect([held.status, held.signatureHolds, held.json()]).toEqual([200, true, { a: 1 }]);
    expect((await signedFetch(`${url}/altered`, identity)).signatureHolds).toBe(false);
    expect((await signedFetch(`${url}/undated`, identity)).signatureHolds).toBe(false);
    expect((await signedFetch(`${url}/unsigned`, identity)).signatureHolds).toBeUndefined();
  });

  it.each([
    ['older than the skew', -301_000, undefined, false],
    ['as old as the skew', -300_000, undefined, true],
    ['of this moment, rounded off', 0, undefined, true],
    ['ahead by a little less than the skew', 299_000, undefined, true],
    ['ahead by more than the skew', 302_000, undefined, false],
    ['older than a skew of its own', -2_000, 1_000, false],
    ['older than the default, within a skew of its own', -900_000, 1_000_000, true],
  ])('believes an answer only if it is of this time: one that is %s', async (_, aheadMs, skewMs, isTimely) => {
    const url = await serve((response) => sign(response, '{}').end('{}'));
    const sentAt = new FixedClock(Date.parse(date) - aheadMs);
    const options = { ...identity, clock: sentAt, ...(skewMs === undefined ? {} : { skewMs }) };
    const answer = await signedFetch(url, options);
    expect([answer.signatureHolds, answer.isTimely]).toEqual([isTimely, isTimely]);
  });

  it('believes no answer whose date cannot be read', async () => {
    const undated = '2015-04-08T21:37:33Z';
    const url = await serve((response) => {
      response.setHeader('X-SA-DATE', undated);
      response.setHeader('X-SA-SIGNATURE', signResponse({ date: undated, applicationId, body: '', key }));
      response.end();
    });
    expect((await signedFetch(url, identity)).signatureHolds).toBe(false);
  });

  it('answers refusals instead of throwing them', async () => {
    const url = await serve((response) => sign(response, 'no').writeHead(401).end('no'));
    const refused = await signedFetch(url, { ...identity, applicationKey: key });
    expect([refused.status, refused.text(), refused.signatureHolds]).toEqual([401, 'no', true]);
  });

  it('gives up at its deadline, also in the middle of a body', async () => {
    const url = await serve((response) => response.write('half'));
    await expect(signedFetch(url, { ...identity, timeoutMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('follows no redirect, since the signature is of one path', async () => {
    const url = await serve((response) => response.writeHead(307, { location: '/elsewhere' }).end());
    await expect(signedFetch(url, identity)).rejects.toMatchObject({ name: 'TypeError' });
  });

  it('refuses a key or an id that is none, without a word of it', async () => {
    await expect(signedFetch('http://127.0.0.1:1', { ...identity, applicationKey: 'secret' })).rejects.toThrow(
      'application key must be 64 hexadecimal characters, found 6 characters',
    );
    await expect(signedFetch('http://127.0.0.1:1', { ...identity, applicationId: 'x' })).rejects.toThrow(RangeError);
  });
});
