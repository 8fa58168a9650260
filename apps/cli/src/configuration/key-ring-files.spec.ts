import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandomness } from '@countersign/clock';
import { newKeyRing, parseKeyRing, withNewKey, withoutKey } from '@countersign/sealing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { changeKeyRing, type KeyRingFile, keyRingFiles, readKeyRing, retireFrom } from './key-ring-files.js';

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
    writeFileSync(`${file.path}.lock.4194305.00000000-1`, '');
    changeKeyRing(file, (json) => withNewKey(json, randomness));
    expect(readdirSync(join(folder, 'keys'))).toEqual(['directory.key-ring.json']);
  });

  it('is found by its service; one that is not there is said', () => {
    expect(keyRingFiles(folder, undefined).map(({ service }) => service)).toEqual(['directory']);
    expect(() => keyRingFiles(folder, 'authentication')).toThrow(/no key ring/);
    expect(() => keyRingFiles(folder, '../secrets')).toThrow(/is none of/);
    expect(() => keyRingFiles(undefined, undefined)).toThrow(/no key ring/);
  });
});

describe('retiring a key', () => {
  const oldId = () => parseKeyRing(first).currentKeyId;
  const stored = () => parseKeyRing(readFileSync(file.path, 'utf8'));
  beforeEach(() => void changeKeyRing(file, (json) => withNewKey(json, randomness)));

  it('takes it out of the ring and leaves nothing beside the ring', async () => {
    await retireFrom(file, oldId(), async () => expect(stored().has(oldId())).toBe(false));
    expect(stored().has(oldId())).toBe(false);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['directory.key-ring.json']);
  });

  it('puts it back when it is still in use', async () => {
    const inUse = async () => {
      throw new Error('still in use');
    };
    await expect(retireFrom(file, oldId(), inUse)).rejects.toThrow('still in use');
    expect(stored().has(oldId())).toBe(true);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['directory.key-ring.json']);
  });

  it('keeps a rotation out until it is decided: putting the key back would undo it', async () => {
    const rotate = () => changeKeyRing(file, (json) => withNewKey(json, randomness));
    await retireFrom(file, oldId(), async () => {
      expect(rotate).toThrow(/another change/);
      expect(readKeyRing(file).has(oldId())).toBe(false);
    });
    const { currentKeyId } = rotate();
    expect(stored().currentKeyId).toBe(currentKeyId);
  });

  it('that was killed before it was decided loses no key: the next command puts it back', () => {
    const before = readFileSync(file.path, 'utf8');
    writeFileSync(`${file.path}.retiring`, before, { mode: 0o600 });
    writeFileSync(file.path, withoutKey(before, oldId()));
    expect(readKeyRing(file).keyIds).toEqual(parseKeyRing(before).keyIds);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['directory.key-ring.json']);
  });
});
