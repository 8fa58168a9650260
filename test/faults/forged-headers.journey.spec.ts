import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Application } from '../journeys/application.js';
import { OwnRealms } from '../journeys/own-realms.js';
import type { RunningProgram } from '../journeys/platform.js';
import { RawClient } from './raw-client.js';

/** Headers of proxies that a stranger forges (authentik CVE-2024-47070; Zitadel GHSA-2wmj-46rj-qm2w). */
const realm = 'forged-headers';
let realms: OwnRealms;
let application: Application;
let behindProxy: RunningProgram;
beforeAll(async () => {
  realms = await OwnRealms.open();
  application = await realms.make(realm);
  behindProxy = await realms.platform.join('gateway', [], { TRUSTED_PROXIES: '127.0.0.0/8, ::1, 10.0.0.0/8' });
}, 120_000);
afterAll(() => realms?.close(), 60_000);

const path = `/${realm}/api/v1/users/jdoe`;
const forged = [
  'X-Forwarded-For: 203.0.113.7',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Prefix: /other',
  'X-Forwarded-Server: evil.example',
  `X-Forwarded-Uri: /${realm}/api/v1/users/administrator`,
  'Forwarded: for=203.0.113.7;host=evil.example;proto=https',
  'X-Real-IP: 203.0.113.7',
  'True-Client-IP: 203.0.113.7',
  'CF-Connecting-IP: 203.0.113.7',
  'Client-IP: 127.0.0.1',
  `X-Original-URL: /${realm}/api/v1/users/administrator`,
  `X-Rewrite-URL: /${realm}/api/v1/users/administrator`,
  'X-Host: evil.example',
  'Via: 1.1 evil.example',
];
let lastChange = 0;

/** The address under which a change was recorded that was asked for with these headers. */
async function addressRecorded(url: string, headers: readonly string[]): Promise<string | undefined> {
  lastChange += 1;
  const value = `change ${lastChange}`;
  const body = JSON.stringify({ properties: { auxId8: value } });
  const answer = await new RawClient({ ...application.credentials, baseUrl: url }).ask({
    method: 'PUT',
    target: path,
    body,
    headers,
  });
  expect([headers, answer.status, answer.signatureHolds]).toEqual([headers, 200, true]);
  return (await lastUpdate())?.address;
}

/** What was recorded of the last change of a user of this realm. */
async function lastUpdate(): Promise<{ readonly address: string; readonly actor: string } | undefined> {
  const [row] = await realms.platform.query<{ address: string; actor: string }>(
    `select via ->> 'address' as address, actor ->> 'id' as actor from directory.outbox
     where type = 'directory.user.updated' and realm = '${realm}' order by id desc limit 1`,
  );
  return row;
}

describe('without a proxy', () => {
  it('none of them changes who asks, from where, or for what', async () => {
    expect(await addressRecorded(application.credentials.baseUrl, [])).toBe('127.0.0.1');
    for (const header of forged) {
      expect([header, await addressRecorded(application.credentials.baseUrl, [header])]).toEqual([header, '127.0.0.1']);
    }
    expect(await addressRecorded(application.credentials.baseUrl, forged)).toBe('127.0.0.1');
  });

  it('none of them stands for a signature', async () => {
    const client = new RawClient(application.credentials);
    for (const address of ['127.0.0.1', '::1', 'localhost', 'a', '', '10.0.0.1, 127.0.0.1']) {
      const headers = [`X-Forwarded-For: ${address}`, `X-Real-IP: ${address}`, 'X-Authenticated-User: jdoe'];
      const answer = await client.ask({ target: path, headers, isUnsigned: true });
      expect([address, answer.status, JSON.parse(answer.text).message]).toEqual([
        address,
        401,
        'Missing authentication header.',
      ]);
    }
  });

  it('and no Host is believed: it is shown nowhere', async () => {
    const client = new RawClient(application.credentials);
    const headers = ['Host: evil.example', ...forged];
    for (const target of ['/docs', '/openapi.json', '/healthz', '/readyz', '/', path, '/nothing/here']) {
      for (const isUnsigned of [true, false]) {
        const answer = await client.ask({ target, headers, isUnsigned });
        expect([target, `${answer.headers}${answer.text}`.includes('evil.example')]).toEqual([target, false]);
      }
    }
    expect((await client.ask({ target: path, headers })).status).toBe(200);
  });
});

describe('behind a proxy that an operator named', () => {
  it.each([
    ['one hop', ['X-Forwarded-For: 203.0.113.7'], '203.0.113.7'],
    ['what a stranger put in front of it', ['X-Forwarded-For: 127.0.0.1, 198.51.100.9, 203.0.113.7'], '203.0.113.7'],
    ['proxies of ours behind it', ['X-Forwarded-For: 203.0.113.7, 10.1.2.3'], '203.0.113.7'],
    ['in two headers', ['X-Forwarded-For: 198.51.100.9', 'X-Forwarded-For: 203.0.113.7'], '203.0.113.7'],
    ['IPv6', ['X-Forwarded-For: 2001:db8::7'], '2001:db8::7'],
    ['nothing that is an address', ['X-Forwarded-For: unknown'], '127.0.0.1'],
    ['an address with a port', ['X-Forwarded-For: 203.0.113.7:80'], '203.0.113.7'],
    ['an empty one', ['X-Forwarded-For: '], '127.0.0.1'],
    ['a broken last hop', ['X-Forwarded-For: 203.0.113.7, <script>'], '127.0.0.1'],
    ['a thousand hops', [`X-Forwarded-For: ${'203.0.113.9, '.repeat(1_000)}203.0.113.7`], '203.0.113.7'],
    ['a thousand hops of proxies', [`X-Forwarded-For: 203.0.113.7${', 10.0.0.1'.repeat(1_000)}`], '10.0.0.1'],
    ['only other headers', forged.slice(1), '127.0.0.1'],
  ])('the address is that of %s', async (_name, headers, address) => {
    expect(await addressRecorded(behindProxy.url, headers)).toBe(address);
  });
});

it('the trail names the application that made the change', async () => {
  await application.ask('PUT', path, { properties: { auxId8: 'last' } });
  expect((await lastUpdate())?.actor).toBe(application.credentials.applicationId);
});
