import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PrivateLog } from './private-log.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  file = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a private log', () => {
  it('has mode 0600 and counts bytes, not characters', () => {
    const log = PrivateLog.create(file);
    log.append('ä\n');
    log.sync();
    log.close();
    expect([statSync(file).mode & 0o777, log.bytes, readFileSync(file, 'utf8')]).toEqual([0o600, 3, 'ä\n']);
  });

  it('is resumed behind the bytes that were counted, and cut off there', () => {
    writeFileSync(file, 'one\ntwo\nthr');
    const log = PrivateLog.resume(file, 8);
    log.append('three\n');
    log.close();
    expect([log.bytes, readFileSync(file, 'utf8')]).toEqual([14, 'one\ntwo\nthree\n']);
  });

  it('is not resumed when it is shorter than what was counted, and stays as it is', () => {
    writeFileSync(file, 'one\n');
    expect(() => PrivateLog.resume(file, 8)).toThrow('has 4 bytes, expected 8');
    expect(readFileSync(file, 'utf8')).toBe('one\n');
  });

  it('is neither made in the place of another file nor followed to one', () => {
    writeFileSync(join(folder, 'target'), 'mine');
    symlinkSync('target', file);
    expect(() => PrivateLog.create(file)).toThrow('EEXIST');
    expect(() => PrivateLog.resume(file, 4)).toThrow('ELOOP');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('mine');
  });
});
