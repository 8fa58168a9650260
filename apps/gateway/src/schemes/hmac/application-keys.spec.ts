import { Problem, permissions, type RealmSettings, realmSettings, showCredential } from '@countersign/contracts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedMessenger } from '../../../testing/scripted-messenger.js';
import type { ApplicationFacts } from '../../exchange/scheme.js';
import { ApplicationKeys, type ApplicationKeysOptions } from './application-keys.js';

const id = (digit: string) => digit.repeat(32);
const credential = (applicationId: string, version: number) => ({
  applicationId,
  version,
  keys: [
    { keyVersion: 1, key: 'ab'.repeat(32) },
    { keyVersion: 2, key: 'cd'.repeat(32) },
  ],
  permissions: [...permissions],
  realm: 'demo',
  realmId: '01900000-0000-7000-8000-000000000000',
  profile: 'compat',
  settings: realmSettings.parse({}),
});

const strict = { decodedPath: false, latin1Body: false };
const applicationOf = ({ permissions: some, ...facts }: ApplicationFacts) => ({
  ...facts,
  permissions: new Set(some),
  realmSettings: facts.settings,
  isMisconfigured: false,
});

let authentication: ScriptedMessenger;
let version: number;
const keysWith = (options: Partial<ApplicationKeysOptions<RealmSettings>> = {}) =>
  new ApplicationKeys(authentication as never, { size: 2, applicationOf, tolerancesOf: () => strict, ...options });

beforeEach(() => {
  version = 1;
  authentication = new ScriptedMessenger().on(showCredential, ({ applicationId }) =>
    credential(String(applicationId), version),
  );
});

describe('the keys of applications', () => {
  it('are read once, and once for many who ask at once', async () => {
    const keys = keysWith();
    await Promise.all([keys.find(id('a')), keys.find(id('a')), keys.find(id('a'))]);
    await keys.find(id('a'));
    expect(authentication.asked).toHaveLength(1);
  });

  it('stand newest first', async () => {
    expect((await keysWith().find(id('a')))?.keys.map(({ keyVersion }) => keyVersion)).toEqual([2, 1]);
  });

  it('of the application unused for longest are forgotten first', async () => {
    const keys = keysWith();
    await keys.find(id('a'));
    await keys.find(id('b'));
    keys.cached(id('a'));
    await keys.find(id('c'));
    expect([keys.cached(id('a')), keys.cached(id('b')), keys.cached(id('c'))].map((one) => one !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('are read anew when a copy has lost its claim, once for all who lost with it', async () => {
    const keys = keysWith();
    await keys.find(id('a'));
    version = 2;
    const both = await Promise.all([keys.newerThan(id('a'), 1), keys.newerThan(id('a'), 1)]);
    expect(both.map((one) => one?.version)).toEqual([2, 2]);
    expect((await keys.newerThan(id('a'), 1))?.version).toBe(2);
    expect(authentication.asked).toHaveLength(2);
  });

  it('do not join a read that began before the change was known', async () => {
    const releases: (() => void)[] = [];
    authentication.on(showCredential, async ({ applicationId }) => {
      const seen = version;
      await new Promise<void>((resolve) => void releases.push(resolve));
      return credential(String(applicationId), seen);
    });
    const keys = keysWith();
    const old = keys.find(id('a'));
    version = 2;
    const fresh = keys.newerThan(id('a'), 1);
    for (const release of releases.reverse()) release();
    expect((await fresh)?.version).toBe(2);
    await old;
    expect(keys.cached(id('a'))?.version).toBe(2);
  });

  it.each(['application.unknown', 'application.disabled'] as const)('%s is remembered for a moment', async (code) => {
    authentication.on(showCredential, () => {
      throw new Problem(code);
    });
    const keys = keysWith();
    expect(await keys.find(id('a'))).toBeUndefined();
    expect(await keys.find(id('a'))).toBeUndefined();
    expect(authentication.asked).toHaveLength(1);
  });

  it('that never were are forgotten again: neither time nor room is without end', async () => {
    authentication.on(showCredential, () => {
      throw new Problem('application.unknown');
    });
    const brief = keysWith({ absentForMs: 0 });
    await brief.find(id('a'));
    await brief.find(id('a'));
    expect(authentication.asked).toHaveLength(2);
    const small = keysWith({ absentSize: 1 });
    await small.find(id('a'));
    await small.find(id('b'));
    await small.find(id('a'));
    expect(authentication.asked).toHaveLength(5);
  });

  it('that cannot be read are not taken for absent', async () => {
    const keys = keysWith();
    authentication.on(showCredential, () => {
      throw new Problem('bus.unavailable');
    });
    await expect(keys.find(id('a'))).rejects.toMatchObject({ code: 'bus.unavailable' });
    authentication.on(showCredential, ({ applicationId }) => credential(String(applicationId), 1));
    expect((await keys.find(id('a')))?.version).toBe(1);
  });

  it('are looked up for so many strangers at once and no more', async () => {
    authentication.on(showCredential, () => new Promise(() => undefined));
    const keys = keysWith({ readLimit: 1 });
    void keys.find(id('a'));
    await expect(keys.find(id('b'))).rejects.toMatchObject({ code: 'bus.overloaded' });
  });
});
