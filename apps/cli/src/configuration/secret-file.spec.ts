import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareSecretFile, replaceSecretFile } from './secret-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file that holds a secret', () => {
  it('has mode 0600, whatever the one before had', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'old');
    chmodSync(file, 0o644);
    replaceSecretFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is replaced as a whole: whoever has the old one open keeps reading the old one', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'old');
    const before = statSync(file).ino;
    replaceSecretFile(file, 'new');
    expect(statSync(file).ino).not.toBe(before);
  });

  it('is not touched before the new text is there', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'old');
    const prepared = prepareSecretFile(file);
    expect(readFileSync(file, 'utf8')).toBe('old');
    prepared.abandon();
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('leaves nothing beside it, written or given up', () => {
    const file = join(folder, 'key');
    replaceSecretFile(file, 'text');
    prepareSecretFile(join(folder, 'other')).abandon();
    expect(readdirSync(folder)).toEqual(['key']);
    expect(existsSync(join(folder, 'other'))).toBe(false);
  });

  it('shows at once that its folder is not there', () => {
    expect(() => prepareSecretFile(join(folder, 'nowhere', 'key'))).toThrow(/ENOENT/);
  });
});
