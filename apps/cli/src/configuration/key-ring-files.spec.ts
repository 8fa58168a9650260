import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandomness } from '@countersign/clock';
import { newKeyRing, parseKeyRing, withNewKey } from '@countersign/sealing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { changeKeyRing, type KeyRingFile, keyRingFiles } from './key-ring-files.js';

const randomness = new SeededRandomness('key-ring-files');
let folder: string;
let file: KeyRingFile;
let first: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  mkdirSync(join(folder, 'keys'));
  file = { service: 'directory', path: join(folder, 'keys', 'directory.key-ring.json') };
  first = newKeyRing(randomness);
  writeFileSync(file.path, first, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a key ring in the data folder', () => {
  it('gets a new current key and keeps the old one', () => {
    const ring = changeKeyRing(file, (json) => withNewKey(json, randomness));
    const stored = parseKeyRing(readFileSync(file.path, 'utf8'));
    expect(stored.currentKeyId).toBe(ring.currentKeyId);
    expect(stored.has(parseKeyRing(first).currentKeyId)).toBe(true);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it('stays as it was when the change fails or is no key ring', () => {
    const failing = () => {
      throw new Error('no chance');
    };
    expect(() => changeKeyRing(file, failing)).toThrow('no chance');
    expect(() => changeKeyRing(file, () => '{"current":"k1","keys":{}}')).toThrow();
    expect(readFileSync(file.path, 'utf8')).toBe(first);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['directory.key-ring.json']);
  });

  it('is not changed by two at once', () => {
    const nested = () => changeKeyRing(file, (json) => withNewKey(json, randomness));
    expect(() =>
      changeKeyRing(file, (json) => {
        expect(nested).toThrow(/another change/);
        return withNewKey(json, randomness);
      }),
    ).not.toThrow();
  });

  it('is not locked for ever by a process that was killed', () => {
    const lock = `${file.path}.lock`;
    writeFileSync(lock, '1\n');
    utimesSync(lock, 0, 0);
    expect(() => changeKeyRing(file, (json) => withNewKey(json, randomness))).not.toThrow();
  });

  it('is found by its service; one that is not there is said', () => {
    expect(keyRingFiles(folder, undefined).map(({ service }) => service)).toEqual(['directory']);
    expect(() => keyRingFiles(folder, 'authentication')).toThrow(/no key ring/);
    expect(() => keyRingFiles(folder, '../secrets')).toThrow(/is none of/);
    expect(() => keyRingFiles(undefined, undefined)).toThrow(/no key ring/);
  });
});
