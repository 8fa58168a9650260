import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@countersign/clock';
import { openGateway, settings } from '@countersign/gateway/service';
import { Bus, busOptionsOf } from '@countersign/messaging';
import { MessagingModule } from '@countersign/messaging/server';
import { Metrics, type RunningService } from '@countersign/observability';
import { eventually, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, PreparedRequest } from './application.js';
import { Platform, type RunningProgram } from './platform.js';

/** Guarantee G1, attacked from outside: real gateways, real bus, real store. */
const seenBefore = { status: 'invalid', message: 'Authentication header has been seen before.' };
const path = '/demo/api/v1/users/jdoe';
const minute = 60_000;
const skewed = { status: 'invalid', message: 'Clock skew of message is outside threshold.' };

let platform: Platform;
let gateways: string[];
/** Gateways of this process, and their connections. */
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  platform = await Platform.start();
  const more: RunningProgram[] = [await platform.join('gateway'), await platform.join('gateway')];
  gateways = [platform.program.url, ...more.map(({ url }) => url)];
}, 120_000);
afterAll(async () => {
  for (const part of opened) await part.close();
  await platform?.remove();
});

async function race(request: PreparedRequest): Promise<Answer[]> {
  return Promise.all(gateways.map((url) => platform.application.send(request, url)));
}

/** A request that must win soon: signed anew until it does. */
function freshWins(url: string, deadlineMs = 15_000): Promise<Answer> {
  return eventually(
    async () => {
      const answer = await platform.application.ask('GET', path, undefined, url);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return answer;
    },
    { deadlineMs, everyMs: 100 },
  );
}

/** A gateway on the same bus whose clock is off. */
async function gatewayOffBy(offsetMs: number): Promise<RunningService> {
  const lines = readFileSync(join(platform.folder, 'env', 'gateway.env'), 'utf8')
    .trim()
    .split('\n');
  const environment = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  const values = settings.parse({ ...environment, COUNTERSIGN_PORT: '0' });
  const logger = testLogger();
  const metrics = new Metrics('gateway');
  const bus = await Bus.connect(busOptionsOf(values, 'gateway', `off-by-${offsetMs}`, logger));
  const messaging = MessagingModule.forRoot({ bus, metrics });
  const clock = { now: () => systemClock.now() + offsetMs };
  const gateway = await openGateway({ settings: values, messaging, logger, metrics, clock });
  opened.unshift(gateway, bus);
  return gateway;
}

describe('a signed request', () => {
  it('raced at three gateways takes effect once, five hundred times over', async () => {
    let wins = 0;
    for (let round = 0; round < 25; round += 1) {
      const requests = Array.from({ length: 20 }, (_, index) =>
        platform.application.prepare('PUT', path, { body: { properties: { auxId5: `${round}-${index}` } } }),
      );
      const answers = await Promise.all(requests.map(race));
      for (const three of answers) {
        const won = three.filter(({ status }) => status === 200);
        const lost = three.filter(({ status }) => status === 401);
        expect([won.length, lost.length, lost.map(({ json }) => json)]).toEqual([1, 2, [seenBefore, seenBefore]]);
        wins += won.length;
      }
    }
    expect(wins).toBe(500);
  }, 120_000);

  it('that only reads is answered once as well', async () => {
    const answers = await race(platform.application.prepare('GET', path));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect(answers.every(({ signatureHolds }) => signatureHolds === true)).toBe(true);
  });

  it('does not pass again when its header is written another way', async () => {
    const request = platform.application.prepare('GET', path);
    expect((await platform.application.send(request)).status).toBe(200);
    const value = request.headers['authorization']?.slice('Basic '.length) ?? '';
    const text = Buffer.from(value, 'base64').toString();
    const [id = '', hash = ''] = text.split(':');
    const hyphened = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const variants = [
      `basic ${value}`,
      `BASIC   ${value}  `,
      `Basic ${Buffer.from(`${hyphened}:${hash}`).toString('base64')}`,
      `Basic ${Buffer.from(`${id.toUpperCase()}:${hash}`).toString('base64')}`,
      `Basic ${Buffer.from(`${id}:${hash.replace(/=+$/, '')}`).toString('base64')}`,
      `Basic ${value.replace(/=+$/, '')}`,
      `Basic ${Buffer.from(`${id}:${spoilPadding(hash)}`).toString('base64')}`,
    ];
    for (const authorization of variants) {
      const again = await platform.application.send({ ...request, headers: { ...request.headers, authorization } });
      expect([authorization, again.status]).toEqual([authorization, 401]);
      expect(again.json.message).not.toBe('');
    }
  });

  it('with a changed body, query or date is not the signed one', async () => {
    const request = platform.application.prepare('PUT', path, { body: { properties: { auxId6: 'a' } } });
    const changed = { ...request, body: '{"properties":{"auxId6":"b"}}' };
    expect((await platform.application.send(changed)).json.message).toBe('Invalid credentials.');
    expect((await platform.application.send(request)).status).toBe(200);
  });
});

describe('the clock', () => {
  it('of the caller may be off by less than five minutes, either way', async () => {
    for (const dateOffsetMs of [-290_000, 290_000]) {
      const request = platform.application.prepare('GET', path, { dateOffsetMs });
      expect([dateOffsetMs, (await platform.application.send(request)).status]).toEqual([dateOffsetMs, 200]);
      expect((await platform.application.send(request)).json).toEqual(seenBefore);
    }
    for (const dateOffsetMs of [-310_000, 310_000]) {
      const refused = await platform.application.send(platform.application.prepare('GET', path, { dateOffsetMs }));
      expect(refused.json).toEqual(skewed);
    }
  });
});

/** The store's clock decides; a gateway's own only spares it work. */
describe.each([-5, 5])('a gateway whose clock is %d minutes off', (minutes) => {
  let gateway: RunningService;
  beforeAll(async () => {
    gateway = await gatewayOffBy(minutes * minute);
  });

  it('lets in nothing that the store finds too old or too far ahead, however right it looks there', async () => {
    // right in the middle of what this gateway takes for the present, and beyond the skew for the store
    const dateOffsetMs = minutes * minute + Math.sign(minutes) * minute;
    const request = platform.application.prepare('PUT', path, {
      body: { properties: { auxId9: 'from the wrong time' } },
      dateOffsetMs,
    });
    const answer = await platform.application.send(request, gateway.url);
    expect([answer.status, answer.json, answer.signatureHolds]).toEqual([401, skewed, true]);
    const { json } = await platform.application.ask('GET', path);
    expect(json.properties.auxId9).toBeUndefined();
  });

  it('opens no second chance for what another gateway has taken', async () => {
    const request = platform.application.prepare('GET', path, { dateOffsetMs: (minutes * minute) / 2 });
    expect((await platform.application.send(request)).status).toBe(200);
    const again = await platform.application.send(request, gateway.url);
    expect([again.status, again.json.message]).toEqual([401, 'Authentication header has been seen before.']);
  });
});

describe('the store', () => {
  it('killed and back again lets no old signature pass, and a fresh request passes within seconds', async () => {
    const old = Array.from({ length: 20 }, (_, index) =>
      platform.application.prepare('GET', path, { dateOffsetMs: (index - 10) * 20_000 }),
    );
    for (const request of old) expect((await platform.application.send(request)).status).toBe(200);
    process.kill(platform.serverPid('postgres'), 'SIGKILL');
    await Promise.all(gateways.map((url) => freshWins(url)));
    for (const request of old) {
      const again = await platform.application.send(request);
      expect([again.status === 200, again.text]).toEqual([false, again.text]);
    }
  }, 60_000);

  it('gone for a while gives every request a clear 503 with no effect', async () => {
    const thaw = platform.freezeStore();
    try {
      const change = { properties: { auxId7: 'never' } };
      const answers = await Promise.all([
        platform.application.ask('PUT', path, change),
        platform.application.ask('GET', path),
      ]);
      for (const answer of answers) {
        expect([answer.status, answer.json.status, answer.signatureHolds]).toEqual([503, 'server_error', true]);
      }
    } finally {
      thaw();
    }
    const { json } = await freshWins(platform.program.url);
    expect(json.properties.auxId7).toBeUndefined();
  }, 60_000);

  it('restarted in order remembers, and serves a fresh request at once', async () => {
    const request = platform.application.prepare('GET', path);
    expect((await platform.application.send(request)).status).toBe(200);
    await platform.stop();
    await platform.startAgain();
    expect((await platform.application.send(request)).json).toEqual(seenBefore);
    expect((await platform.application.ask('GET', path)).status).toBe(200);
  }, 60_000);
});

/** Sets a bit below the padding of 32 bytes in base64: other text, same bytes. */
function spoilPadding(hash: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = hash[42] ?? 'A';
  return `${hash.slice(0, 42)}${alphabet[alphabet.indexOf(last) ^ 1]}=`;
}
