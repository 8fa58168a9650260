import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isSameFile } from './same-file.js';

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(at('file'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('two paths', () => {
  it('lead to one file by another spelling, a link, a folder that is one, or a hard link', () => {
    symlinkSync('file', at('link'));
    symlinkSync('.', at('folder'));
    linkSync(at('file'), at('hard'));
    const spellings = [
      relative(process.cwd(), at('file')),
      `${folder}/./file`,
      at('link'),
      at('folder', 'file'),
      at('hard'),
    ];
    expect(spellings.filter((path) => !isSameFile(at('file'), path))).toEqual([]);
  });

  it('lead to one file that is not there yet', () => {
    symlinkSync('.', at('folder'));
    expect(isSameFile(at('folder', 'new'), at('new'))).toBe(true);
    expect(isSameFile(at('nowhere', 'new'), `${folder}/nowhere/new`)).toBe(true);
  });

  it('lead to two files of one name or of one text', () => {
    mkdirSync(at('other'));
    writeFileSync(at('other', 'file'), '');
    expect(isSameFile(at('file'), at('other', 'file'))).toBe(false);
    expect(isSameFile(at('file'), at('new'))).toBe(false);
  });
});
