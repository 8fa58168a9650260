import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { settings } from '../settings.js';
import { Configuration } from './configuration.js';
import { ContextStore } from './contexts.js';
import { GivenOptions } from './given-options.js';

const demoId = 'd'.repeat(32);
const stagingId = 'a'.repeat(32);
const otherId = 'b'.repeat(32);
const demoKey = '1'.repeat(64);
const fileKey = '2'.repeat(64);

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  said = [];
  mkdirSync(join(folder, '.countersign'));
  const demo = {
    baseUrl: 'http://127.0.0.1:8080',
    realm: 'demo',
    applicationId: demoId,
    applicationKey: demoKey,
    natsUrl: 'nats://operator:demo@127.0.0.1:4222',
  };
  writeFileSync(join(folder, '.countersign', 'demo.json'), JSON.stringify(demo), { mode: 0o600 });
  writeFileSync(join(folder, 'hex.key'), `${fileKey}\n`, { mode: 0o600 });
  const contexts = new ContextStore(join(folder, 'config'));
  contexts.write('staging', {
    url: 'https://staging.example.com',
    realm: 'staff',
    applicationId: stagingId,
    keyFile: join(folder, 'hex.key'),
  });
  contexts.write('bare', { url: 'https://bare.example.com' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configured(
  flags: Record<string, unknown> = {},
  environment: Record<string, string> = {},
  below = '',
): Configuration {
  const voice = { remark: (text: string) => said.push(text), warning: (text: string) => said.push(text) };
  const parsed = settings.parse({ XDG_CONFIG_HOME: join(folder, 'config'), ...environment });
  return new Configuration(new GivenOptions(flags), parsed, voice, join(folder, below));
}

function choose(name: string): void {
  new ContextStore(join(folder, 'config')).choose(name);
}

describe('where a value comes from', () => {
  it('takes the demo file when no context is chosen, and says so once', () => {
    const configuration = configured();
    expect(configuration.url().href).toBe('http://127.0.0.1:8080/');
    expect(configuration.realm()).toBe('demo');
    expect(configuration.bus().url).toContain('127.0.0.1:4222');
    expect(said).toEqual([`using ${join(folder, '.countersign', 'demo.json')}`]);
  });

  it('finds the demo file from a folder below', () => {
    mkdirSync(join(folder, 'docs', 'deep'), { recursive: true });
    expect(configured({}, {}, join('docs', 'deep')).realm()).toBe('demo');
  });

  it('looks only where COUNTERSIGN_DATA says', () => {
    expect(() => configured({}, { COUNTERSIGN_DATA: 'elsewhere' }).url()).toThrow(/no address/);
    expect(configured({}, { COUNTERSIGN_DATA: '.countersign' }).realm()).toBe('demo');
  });

  it('prefers the chosen context to the demo file', () => {
    choose('staging');
    expect(configured().realm()).toBe('staff');
    expect(said).toEqual([]);
  });

  it('never fills what a context lacks from the demo file', () => {
    choose('bare');
    expect(() => configured().realm()).toThrow(/no realm/);
    expect(() => configured().bus()).toThrow(/no address of the bus/);
    expect(() => configured().credential()).toThrow(/no application key/);
  });

  it('prefers the environment to the chosen context', () => {
    choose('staging');
    expect(configured({}, { COUNTERSIGN_REALM: 'Other', COUNTERSIGN_URL: 'http://env:1' }).realm()).toBe('other');
    expect(configured({}, { COUNTERSIGN_CONTEXT: 'bare' }).url().host).toBe('bare.example.com');
  });

  it('prefers a context named by flag to the environment', () => {
    const configuration = configured(
      { context: 'staging' },
      { COUNTERSIGN_REALM: 'other', COUNTERSIGN_CONTEXT: 'bare' },
    );
    expect(configuration.realm()).toBe('staff');
  });

  it('prefers a flag to everything', () => {
    const configuration = configured(
      { context: 'staging', realm: 'typed', url: 'http://typed:2' },
      { COUNTERSIGN_REALM: 'x' },
    );
    expect(configuration.realm()).toBe('typed');
    expect(configuration.url().host).toBe('typed:2');
  });

  it('refuses a context that is not there, and a name that leads elsewhere', () => {
    expect(() => configured({ context: 'nope' }).url()).toThrow(/no context nope/);
    expect(() => configured({ context: '../../etc/passwd' }).url()).toThrow(/context name/);
  });

  it('refuses an address that is not http', () => {
    expect(() => configured({ url: 'file:///etc/passwd' }).url()).toThrow(/http/);
  });
});

describe('the key that requests are signed with', () => {
  it('is that of the demo file with its own application', () => {
    expect(configured().credential()).toEqual({ applicationId: demoId, applicationKey: demoKey });
  });

  it('comes from --key-file, for the application at hand', () => {
    const credential = configured({ keyFile: join(folder, 'hex.key') }).credential();
    expect(credential).toEqual({ applicationId: demoId, applicationKey: fileKey });
  });

  it('brings its application along when the file is the JSON that application create printed', () => {
    const file = join(folder, 'created.json');
    writeFileSync(file, JSON.stringify({ applicationId: otherId, applicationKey: fileKey }), { mode: 0o600 });
    expect(configured({ keyFile: file }).credential().applicationId).toBe(otherId);
    expect(() => configured({ keyFile: file, application: stagingId }).credential()).toThrow(/is of application/);
  });

  it('is not that of another application than the one named', () => {
    expect(() => configured({ application: otherId }).credential()).toThrow(/no key for application/);
  });

  it('may be of an application written with hyphens and capitals', () => {
    const hyphened = 'DDDDDDDD-DDDD-DDDD-DDDD-DDDDDDDDDDDD';
    expect(configured({ application: hyphened }).credential().applicationId).toBe(demoId);
  });

  it('is warned about when others may open its file', () => {
    const file = join(folder, 'hex.key');
    chmodSync(file, 0o644);
    configured({ keyFile: file, application: demoId }).credential();
    expect(said.join()).toMatch(/others may open .*644/);
  });

  it('is never quoted when its file is wrong', () => {
    const file = join(folder, 'bad.key');
    writeFileSync(file, 'not-a-key-but-perhaps-a-password', { mode: 0o600 });
    expect(() => configured({ keyFile: file }).credential()).toThrow(/^(?!.*password)/);
  });
});
