import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockedForThisProcess } from './process-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  path = join(folder, 'users.jsonl.import.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lock', () => {
  it('is held by one process, and given back', () => {
    const release = lockedForThisProcess(path, 'the import');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => lockedForThisProcess(path, 'the import')).toThrow(
      `the import is under way in another process (pid ${process.pid})`,
    );
    release();
    expect(existsSync(path)).toBe(false);
    lockedForThisProcess(path, 'the import')();
  });

  it('of a process that is gone is taken over', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(path, `${pid}\n`);
    lockedForThisProcess(path, 'the import')();
  });

  it('that names nobody, of a process that was killed before it wrote its name, is taken over', () => {
    writeFileSync(path, '');
    lockedForThisProcess(path, 'the import')();
  });
});
