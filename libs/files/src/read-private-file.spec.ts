import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { exposureOf, readPrivateFile } from './read-private-file.js';

describe('a file with a secret', () => {
  it.each([
    ['ours', 10_001, 10_001],
    ['of another user than root', 1_000, 10_001],
    ["root's, read by root", 0, 0],
    ['of a system without user ids', 0, undefined],
  ])('is open to its owner only: %s', (_whose, owner, self) => {
    expect(exposureOf(0o100600, owner, self)).toBeUndefined();
    expect(exposureOf(0o100640, owner, self)).toBe('mode 640, expected 600 or less');
  });

  it('that root lends us may be read by its group, as a cluster mounts it', () => {
    expect(exposureOf(0o100640, 0, 10_001)).toBeUndefined();
    expect([0o660, 0o650, 0o644].map((mode) => exposureOf(mode, 0, 10_001))).toEqual([
      'mode 660, expected 640 or less',
      'mode 650, expected 640 or less',
      'mode 644, expected 640 or less',
    ]);
  });

  it('is read together with what speaks against it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'files-'));
    const file = join(folder, 'key');
    writeFileSync(file, 'secret', { mode: 0o600 });
    expect(readPrivateFile(file)).toEqual({ content: Buffer.from('secret'), exposure: undefined });
    chmodSync(file, 0o644);
    expect(readPrivateFile(file).exposure).toContain('mode 644');
    rmSync(folder, { recursive: true });
  });
});
