import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandomness } from '@countersign/clock';
import { newKeyRing, parseKeyRing, withNewKey, withoutKey } from '@countersign/sealing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyWhileRetiring, type KeyRingSource, openKeyRing } from './key-ring-file.js';

let folder: string;
let file: string;
let text: string;
let told: (string | undefined)[];
let source: KeyRingSource;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ring-'));
  file = join(folder, 'ring.json');
  text = newKeyRing(systemRandomness);
  put(text);
  told = [];
  source = openKeyRing({ file, setting: 'DIRECTORY_KEY_RING' }, (fault) => told.push(fault));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}
const currentOf = (ring: string) => parseKeyRing(ring).currentKeyId;

describe('a key ring in a file', () => {
  it('is read again when it was changed', () => {
    const rotated = withNewKey(text, systemRandomness);
    put(rotated);
    expect(source.current().currentKeyId).toBe(currentOf(rotated));
    expect(told).toEqual([]);
  });

  it.each([
    ['has a stray comma', () => put(`${text},`), 'is damaged: key ring is not JSON'],
    ['was cut', () => put(text.slice(0, 40)), 'is damaged: key ring is not JSON'],
    ['is empty', () => put(''), 'is damaged: key ring is not JSON'],
    ['is missing', () => rmSync(file), 'cannot be read: it or its folder does not exist'],
    ['is a folder', () => [rmSync(file), mkdirSync(file)], 'cannot be read: it is a folder, expected a file'],
    ['may be read by others', () => chmodSync(file, 0o644), 'has mode 644, expected 600 or less'],
  ])(
    'that %s leaves the last good ring in force, which is told once, and again when it is good',
    (_, damage, reason) => {
      damage();
      for (let use = 0; use < 3; use += 1) expect(source.current().currentKeyId).toBe(currentOf(text));
      expect(source.knowing(currentOf(text))?.currentKeyId).toBe(currentOf(text));
      expect(source.fault).toContain(reason);
      expect(source.fault).toContain(file);
      rmSync(file, { recursive: true, force: true });
      const rotated = withNewKey(text, systemRandomness);
      put(rotated);
      expect(source.current().currentKeyId).toBe(currentOf(rotated));
      expect(told).toEqual([expect.stringContaining(reason), undefined]);
      expect(source.fault).toBeUndefined();
    },
  );

  it('is not opened while the file cannot be used', () => {
    put(text.slice(0, 40));
    expect(() => openKeyRing({ file, setting: 'DIRECTORY_KEY_RING' })).toThrow(`key ring ${file} is damaged`);
  });

  it('opens values under a key whose retirement was broken off, and seals with the current one', () => {
    const rotated = withNewKey(text, systemRandomness);
    const old = currentOf(text);
    writeFileSync(copyWhileRetiring(file), rotated, { mode: 0o600 });
    put(withoutKey(rotated, old));
    expect(source.current().has(old)).toBe(false);
    expect(source.knowing(old)?.has(old)).toBe(true);
    rmSync(copyWhileRetiring(file));
    expect(source.knowing(old)).toBeUndefined();
  });
});
