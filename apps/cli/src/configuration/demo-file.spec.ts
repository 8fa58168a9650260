import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { demoFileOf, findDataFolder, readDemoFile, replaceDemoKey } from './demo-file.js';

const demo = {
  baseUrl: 'http://127.0.0.1:8080',
  realm: 'demo',
  applicationId: 'd'.repeat(32),
  applicationKey: '1'.repeat(64),
  administrator: { userId: 'administrator', password: 'x' },
};
const stranger = 65_534;
/** Only root can give files away. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

let root: string;
let data: string;
let below: string;
let said: string[];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'cli-')));
  data = join(root, '.countersign');
  below = join(root, 'one', 'two');
  said = [];
  mkdirSync(below, { recursive: true, mode: 0o755 });
  mkdirSync(data, { mode: 0o755 });
  writeFileSync(demoFileOf(data), JSON.stringify(demo), { mode: 0o600 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function find(start: string): string | undefined {
  said = [];
  return findDataFolder(undefined, start, (text) => said.push(text));
}

function expectPassedOver(start: string, reason: RegExp): void {
  expect(find(start)).toBeUndefined();
  expect(said).toEqual([expect.stringMatching(reason)]);
  expect(said[0]).toMatch(new RegExp(`^passing over ${data}: [^\\n]+$`));
}

describe('a data folder that is found', () => {
  it('is the nearest, also from below', () => {
    expect([find(root), find(below), said]).toEqual([data, data, []]);
  });

  it('may have no demo file yet', () => {
    rmSync(demoFileOf(data));
    expect(find(root)).toBe(data);
  });

  it('is not a link: root may own what it leads to', () => {
    renameSync(data, join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), data);
    expectPassedOver(root, /is a link/);
    expectPassedOver(below, /is a link/);
  });

  it('is passed over, and said, when its demo file is a link', () => {
    renameSync(demoFileOf(data), join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), demoFileOf(data));
    expectPassedOver(root, /demo\.json is a link/);
  });

  it.each([0o777, 0o1777, 0o775, 0o757])('is not one that others may write: mode %o', (mode) => {
    chmodSync(data, mode);
    expectPassedOver(root, /others may write .*chmod go-w/);
  });

  it.each([0o644, 0o640, 0o602, 0o620])('is not one with a demo file that others may open: mode %o', (mode) => {
    chmodSync(demoFileOf(data), mode);
    expectPassedOver(root, /others may open .*demo\.json .*chmod go-rwx/);
  });

  asRoot('is not that of another user', () => {
    chownSync(data, stranger, stranger);
    expectPassedOver(root, /belongs to another user \(uid 65534\)/);
  });

  asRoot('is passed over when its demo file is of another user', () => {
    chownSync(demoFileOf(data), stranger, stranger);
    expectPassedOver(root, /demo\.json belongs to another user/);
  });

  it('gives way to one further up', () => {
    mkdirSync(join(root, 'one', '.countersign'));
    chmodSync(join(root, 'one', '.countersign'), 0o777);
    expect([find(below), said.length]).toEqual([data, 1]);
  });
});

describe('the search upwards', () => {
  it('ends at a folder that all may write, such as /tmp', () => {
    chmodSync(root, 0o1777);
    expectPassedOver(below, /others may write/);
    expect(find(root)).toBe(data);
  });

  asRoot('ends at a folder that is not ours', () => {
    chownSync(root, stranger, stranger);
    expectPassedOver(below, /does not belong to us/);
  });

  asRoot('ends there without a word when there is nothing to pass over', () => {
    chownSync(join(root, 'one'), stranger, stranger);
    expect([find(below), said]).toEqual([undefined, []]);
  });

  it('does not take place when COUNTERSIGN_DATA names the folder', () => {
    chmodSync(data, 0o777);
    expect(findDataFolder('.countersign', root, (text) => said.push(text))).toBe(data);
    expect(said).toEqual([]);
  });
});

describe('a new key in the demo file', () => {
  it('takes the place of the old one as a whole and keeps everything else, mode 0600', () => {
    const before = statSync(demoFileOf(data)).ino;
    replaceDemoKey(data, '2'.repeat(64));
    expect(JSON.parse(readFileSync(demoFileOf(data), 'utf8'))).toEqual({ ...demo, applicationKey: '2'.repeat(64) });
    expect(readDemoFile(data)?.applicationKey).toBe('2'.repeat(64));
    expect(statSync(demoFileOf(data)).mode & 0o777).toBe(0o600);
    expect(statSync(demoFileOf(data)).ino).not.toBe(before);
  });
});
