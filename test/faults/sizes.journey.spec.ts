import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { operations } from '@countersign/contracts';
import { askSubjectOf } from '@countersign/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endpoints } from '../../apps/gateway/src/dialects/secureauth/endpoints.js';
import { Application } from '../journeys/application.js';
import { askersOf, type BusAskers } from '../journeys/bus-askers.js';
import { OwnRealms } from '../journeys/own-realms.js';
import type { RunningProgram } from '../journeys/platform.js';
import { RawClient, some } from './raw-client.js';

/** Sizes (guarantee G8; Hawk CVE-2022-29167, privacyIDEA PYSEC-2018-20): what is too much is refused, and costs little. */
const realm = 'sizes';
let realms: OwnRealms;
let askers: BusAskers;
let gateway: RunningProgram;
let client: RawClient;
let application: Application;
beforeAll(async () => {
  realms = await OwnRealms.open();
  ({ askers } = realms);
  gateway = await realms.platform.join('gateway');
  const credentials = { ...(await realms.make(realm)).credentials, baseUrl: gateway.url };
  client = new RawClient(credentials);
  application = new Application(credentials);
  expect((await application.ask('GET', path)).status).toBe(200);
}, 120_000);
afterAll(() => realms?.close(), 60_000);

const path = `/${realm}/api/v1/users/jdoe`;
const MIB = 1024 * 1024;

/** Most memory that the gateway has had so far, bytes. */
function peakMemory(): number {
  const status = readFileSync(`/proc/${gateway.process.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function expectToServe(): Promise<void> {
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  expect((await application.ask('GET', path)).status).toBe(200);
}

describe('headers', () => {
  it.each([
    ['a header of 1 MB', [`X-Long: ${'a'.repeat(MIB)}`]],
    ['10,000 headers', Array.from({ length: 10_000 }, (_, index) => `X-${index}: ${index}`)],
    ['10,000 times the same header', Array.from({ length: 10_000 }, () => 'X-Same: a')],
    ['an Authorization of 1 MB', [`Authorization: Basic ${'A'.repeat(MIB)}`]],
    ['a date of 1 MB', [`X-SA-Date: x${' '.repeat(MIB)}x`]],
    ['a Host of 1 MB', [`Host: ${'a.'.repeat(MIB / 2)}`]],
  ])('%s are refused', async (_name, headers) => {
    const { status } = await client.ask({ target: path, headers, isUnsigned: true });
    // the rest of what is still being sent may reset the connection before the answer is read
    expect([0, 431]).toContain(status);
    await expectToServe();
  });

  it('a target of 1 MB is refused', async () => {
    const { status } = await client.ask({ target: `/${realm}/api/v1/users/${'a'.repeat(MIB)}` });
    expect([0, 431]).toContain(status);
    await expectToServe();
  });

  it.each([
    ['an Authorization of spaces', 'Authorization: Basic', ' ', 'x'],
    ['a signed date of spaces', 'X-SA-Ext-Date: x', ' ', 'x'],
    ['a signed date of tabs', 'X-SA-Ext-Date: x', '\t', 'x'],
    ['addresses', 'X-Forwarded-For: x', ',', 'x'],
    ['a trace', 'traceparent: 00', '-', 'x'],
    ['a host', 'Host: x', '.', 'x'],
    ['a request id', 'X-Request-Id: x', '/', ' '],
  ])(
    'as long as they may be, %s take no time out of proportion',
    async (_name, start, unit, end) => {
      const { applicationId } = application.credentials;
      const known = `Authorization: Basic ${Buffer.from(`${applicationId}:x`).toString('base64')}`;
      const headers = [...(start.startsWith('Authorization') ? [] : [known]), `${start}${unit.repeat(15_000)}${end}`];
      // quadratic, each of these is a second of the one thread that serves everybody
      const before = processorMs();
      await some(Array.from({ length: 100 }), 10, () => client.ask({ target: path, headers, isUnsigned: true }));
      expect(processorMs() - before).toBeLessThan(20_000);
      await expectToServe();
    },
    60_000,
  );
});

/** Processor time that the gateway has had so far. */
function processorMs(): number {
  const stat = readFileSync(`/proc/${gateway.process.pid}/stat`, 'utf8');
  const [, , , , , , , , , , , user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return (user + system) * 10;
}

describe('bodies', () => {
  it('of 64 MiB that are announced are refused before they come', async () => {
    const answer = await client.ask({ method: 'PUT', target: path, headers: [`Content-Length: ${64 * MIB}`] });
    expect(answer.status).toBe(413);
    await expectToServe();
  });

  it('of 64 MiB that come unannounced, by many at once, are refused and not kept', async () => {
    const before = peakMemory();
    const piece = Buffer.alloc(64 * 1024, 0x20);
    const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { hostname, port } = new URL(gateway.url);
        const { headers } = application.prepare('PUT', path, { body: '{}' });
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined);
        let heard = '';
        socket.on('data', (some) => {
          heard += some;
        });
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.write(`PUT ${path} HTTP/1.1\r\nHost: x\r\n${lines.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n`);
        for (let sent = 0; sent < 64 * MIB && !socket.destroyed; sent += piece.length) {
          if (!socket.write(chunk)) {
            await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
          }
        }
        socket.end('0\r\n\r\n');
        socket.setTimeout(20_000, () => socket.destroy());
        if (heard !== '') socket.end();
        await closed;
        return /^HTTP\/1\.1 (\d+)/.exec(heard)?.[1] ?? 'closed';
      }),
    );
    expect(statuses.every((status) => ['413', 'closed'].includes(status))).toBe(true);
    expect(peakMemory() - before).toBeLessThan(160 * MIB);
    await expectToServe();
  }, 120_000);

  const deep = (levels: number, open: string, close: string) => `${open.repeat(levels)}1${close.repeat(levels)}`;
  it.each([
    ['lists', deep(100_000, '[', ']')],
    ['objects', deep(30_000, '{"a":', '}')],
    ['lists in properties', `{"properties":{"firstName":${deep(100_000, '[', ']')}}}`],
    ['lists beside everything', `{"x":${deep(100_000, '[', ']')},"userId":"deep","user_id":"deep","groupNames":["a"]}`],
    ['lists of names', `{"groupNames":${deep(100_000, '[', ']')},"userIds":${deep(10_000, '[', ']')}}`],
    ['lists that are never closed', '['.repeat(250_000)],
  ])(
    'nested 30,000 to 100,000 levels deep are answered by every endpoint: %s',
    async (_name, body) => {
      for (const { routes } of endpoints) {
        for (const { path: end, methods, form } of routes.filter((route) => route.form !== 'by-query')) {
          for (const method of methods.filter((one) => one !== 'GET')) {
            const names = { realm, version: 'v1', userId: 'deep', domain: 'CORP', group: 'deep' };
            const target = end.replace(/\{(\w+)\}/g, (_, name: keyof typeof names) => names[name]);
            const answer = await client.ask({ method, target, body });
            expect([method, target, form, answer.status < 500, answer.signatureHolds]).toEqual([
              method,
              target,
              form,
              true,
              true,
            ]);
          }
        }
      }
      await expectToServe();
    },
    60_000,
  );
});

describe('lists and names', () => {
  it.each([1_001, 10_000])('%i names in a list are refused', async (count) => {
    const names = Array.from({ length: count }, (_, index) => `g${index}`);
    for (const [end, body] of [
      ['/users/jdoe/groups', { groupNames: names }],
      ['/groups/Administrators/users', { userIds: names }],
      ['/users/jdoe/groups', { groupNames: names.map(() => 'same') }],
    ] as const) {
      const answer = await application.ask('POST', `/${realm}/api/v1${end}`, body);
      expect([answer.status, answer.json.status]).toEqual([400, 'invalid']);
    }
  });

  it('a thousand of the longest that fit are answered each', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `${'n'.repeat(245)}${index}`);
    const answer = await application.ask('POST', `${path}/groups`, { groupNames: names });
    expect([answer.status, answer.json.failures.jdoe.length]).toEqual([200, 1_000]);
  });

  it.each([257, 4_096, 200_000])('a user id, group or value of %i characters is no fault of ours', async (length) => {
    const long = 'é'.repeat(length).slice(0, 120_000);
    const made = await application.ask('POST', `/${realm}/api/v1/users`, {
      userId: long,
      password: 'correct horse battery',
    });
    expect([made.status, made.json.message]).toEqual([200, 'Invalid username.']);
    expect((await application.ask('POST', `${path}/groups`, { groupNames: [long] })).json.status).toBe('failed');
    const changed = await application.ask('PUT', path, { properties: { firstName: long } });
    expect([changed.status < 500, changed.json.status === 'success']).toEqual([true, length <= 2_000]);
    const asked = await application.ask('PUT', path, { knowledgeBase: { kbq1: { question: long, answer: long } } });
    expect([asked.status < 500, asked.json.status === 'success']).toEqual([true, length <= 1_000]);
  });
});

describe('passwords', () => {
  it.each([1_025, 4_097, 100_000, 250_000])(
    'of %i characters are refused without being hashed',
    async (length) => {
      const password = 'correct horse '.repeat(length / 14 + 1).slice(0, length);
      const before = processorMs();
      const answers = await some([...Array(20).keys()], 5, async (index) => [
        await application.ask('POST', `/${realm}/api/v1/users`, { userId: `long ${index}`, password }),
        await application.ask('POST', `${path}/resetpwd`, { password, index }),
        await application.ask('POST', `${path}/changepwd`, { currentPassword: password, newPassword: password, index }),
      ]);
      for (const answer of answers.flat()) {
        expect([answer.status < 500, answer.json.status]).toEqual([true, expect.stringMatching(/^(failed|invalid)$/)]);
      }
      expect(processorMs() - before).toBeLessThan(20_000);
    },
    60_000,
  );
});

describe('the bus', () => {
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it('answers every operation that is sent what is too deep or too large, and serves on', async () => {
    for (const operation of operations) {
      for (const asker of askersOf(operation)) {
        const { code } = await askers.sendText(asker, operation, `{"realm":${nested},"x":${nested}}`);
        expect([askSubjectOf(operation.subject, asker), code === 'internal']).toEqual([
          askSubjectOf(operation.subject, asker),
          false,
        ]);
      }
    }
    await expectToServe();
  }, 60_000);

  it('refuses a batch of too many items', async () => {
    const [operation] = operations.filter(({ subject }) => subject.endsWith('directory.user.profile'));
    if (operation === undefined) throw new Error('there is no such operation');
    const text = JSON.stringify(Array.from({ length: 10_000 }, (_, id) => ({ id, h: {}, b: {} })));
    const { code } = await askers.sendText('gateway', operation, text, { 'Countersign-Batch': '10000' });
    expect(code).toBe('request.too_large');
    await expectToServe();
  });
});
