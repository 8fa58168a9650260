import { type RealmSettings, realmSettings, showProfile, updateUser } from '@countersign/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { GatewayUnderTest, userOf } from '../../testing/gateway-under-test.js';
import type { Dialect } from './dialect.js';
import { DialectSettings } from './dialect-settings.js';

const settings = z.object({
  volume: z.int().max(11).default(5),
  words: z.object({ hello: z.string().default('hello') }).prefault({}),
});
const dialect = { name: 'spoken', settings } as unknown as Dialect;

const applicationId = 'a'.repeat(32);
const from = { realm: 'demo', applicationId, version: 1, dialect: 'spoken' };

function read(...readings: readonly (RealmSettings['dialects'] & { readonly version?: number })[]) {
  const lines: [string, Record<string, unknown>][] = [];
  const logger = {
    error: (line: Record<string, unknown>) => lines.push(['error', line]),
    warn: (line: Record<string, unknown>) => lines.push(['warn', line]),
  };
  const facts = { applicationId, realm: 'demo', profile: 'compat', permissions: [] } as const;
  const dialectSettings = new DialectSettings({ dialect, spoken: ['spoken', 'other'], logger: logger as never });
  const applications = readings.map(({ version = 1, ...dialects }) =>
    dialectSettings.applicationOf({
      ...facts,
      version,
      permissions: [],
      settings: realmSettings.parse({ dialects }),
    }),
  );
  return { application: applications[0], lines };
}

describe("a dialect's settings of a realm", () => {
  it('are defaults where the realm has none, and the log stays empty', () => {
    const { application, lines } = read({ other: { volume: 'loud' } });
    expect(application).toMatchObject({ settings: { volume: 5, words: { hello: 'hello' } }, isMisconfigured: false });
    expect(lines).toEqual([]);
  });

  it('that do not fit are told in one line: realm, dialect, field and rule, no value', () => {
    const { application, lines } = read({ spoken: { volume: 97, words: { hello: 5 } } });
    expect(application?.isMisconfigured).toBe(true);
    expect(lines).toEqual([
      [
        'error',
        {
          ...from,
          faults: [
            { field: 'volume', rule: expect.any(String) },
            { field: 'words.hello', rule: expect.any(String) },
          ],
        },
      ],
    ]);
    expect(JSON.stringify(lines)).not.toContain('97');
  });

  it('of unknown names are used without them, with a warning', () => {
    const { application, lines } = read({ spoken: { volume: 6, pitch: 1, words: { hello: 'hi', bye: 'bye' } } });
    expect(application).toMatchObject({ settings: { volume: 6, words: { hello: 'hi' } }, isMisconfigured: false });
    expect(lines).toEqual([['warn', { ...from, unknown: ['spoken.pitch', 'spoken.words.bye'] }]]);
  });
});

describe('the log of settings', () => {
  it('warns of a dialect that this gateway does not speak', () => {
    const { application, lines } = read({ spokn: { volume: 6 } });
    expect(application).toMatchObject({ settings: { volume: 5 }, isMisconfigured: false });
    expect(lines).toEqual([['warn', { ...from, unknown: ['spokn'] }]]);
  });

  it('has each version of an application once, however often it is read', () => {
    const unfit = { spoken: { volume: 97 } };
    const readings = [1, 1, 1, 2, 1, 2].map((version) => ({ ...unfit, version }) as never);
    expect(read(...readings).lines.map(([, { version }]) => version)).toEqual([1, 2]);
  });

  it('names eight fields and counts the others', () => {
    const names = Array.from({ length: 20 }, (_, index) => `x${index}`);
    const { lines } = read({ spoken: Object.fromEntries(names.map((name) => [name, 1])) });
    expect(lines).toEqual([
      ['warn', { ...from, unknown: names.slice(0, 8).map((name) => `spoken.${name}`), leftOut: 12 }],
    ]);
  });
});

describe('a realm whose settings do not fit its dialect', () => {
  const path = '/demo/api/v1/users/jdoe';
  let gateway: GatewayUnderTest;
  beforeEach(async () => {
    gateway = await new GatewayUnderTest().open();
    gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
    gateway.services.on(updateUser, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
  });
  afterEach(() => gateway.close());

  it.each([{ path }, { path, method: 'PUT', body: '{}' }, { path: '/demo/api/v1/nothing' }])(
    'answers 503, signed, and asks nothing, until they are mended',
    async (sent) => {
      expect((await gateway.send({ path })).status).toBe(200);
      gateway.services.asked.splice(0);
      gateway.change({ supportsGroups: 'perhaps' });
      for (let turn = 0; turn < 2; turn += 1) {
        const answer = await gateway.send(sent);
        expect([answer.status, JSON.parse(answer.body).status, answer.signatureHolds]).toEqual([
          503,
          'server_error',
          true,
        ]);
      }
      gateway.change({ supportsGroups: undefined });
      expect((await gateway.send({ path })).status).toBe(200);
    },
  );

  it('lets nothing pass that a signature does not cover', async () => {
    const sent = { path: '/demo/api/v1/users/jane%20doe', signedPath: '/demo/api/v1/users/jane doe' };
    expect((await gateway.send(sent)).status).toBe(200);
    gateway.change({ supportsGroups: 'perhaps' });
    expect((await gateway.send(sent)).status).toBe(401);
    expect((await gateway.send({ path })).status).toBe(503);
  });

  it('has no effect in it', async () => {
    gateway.change({ groupNameSuffix: 5 });
    await gateway.send({ path, method: 'PUT', body: '{}' });
    await gateway.send({ path });
    expect(gateway.services.effects()).toEqual([]);
  });
});
