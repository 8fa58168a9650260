import { spawnSync } from 'node:child_process';
import {
  existsSync,
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
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { allLockedForThisProcess, lockedForThisProcess } from './process-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  path = join(folder, 'users.jsonl.import.lock');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const pidOfNobody = () => spawnSync(process.execPath, ['--version']).pid;

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

  it('of a process that is gone is taken over, and nothing is left of it', () => {
    writeFileSync(path, `${pidOfNobody()}\n`);
    const release = lockedForThisProcess(path, 'the import');
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a process that is gone goes to the one that took it over first', () => {
    const gone = pidOfNobody();
    writeFileSync(path, `${gone}\n`);
    const kill = process.kill.bind(process);
    jest.spyOn(process, 'kill').mockImplementation((pid, signal) => {
      if (pid !== gone) return kill(pid, signal);
      // another process, which has found the same, is quicker
      rmSync(path);
      writeFileSync(path, `${process.ppid}\n`);
      throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
    });
    expect(() => lockedForThisProcess(path, 'the import')).toThrow('is under way in another process');
    expect(readFileSync(path, 'utf8')).toBe(`${process.ppid}\n`);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('that names nobody is of a process that is about to write its name; after a while, of one that was killed', () => {
    writeFileSync(path, '');
    expect(() => lockedForThisProcess(path, 'the import')).toThrow('is under way in another process');
    utimesSync(path, 1, 1);
    lockedForThisProcess(path, 'the import')();
  });

  it('is not made of a file that holds something else', () => {
    writeFileSync(path, 'userId,firstName\n');
    expect(() => lockedForThisProcess(path, 'the import')).toThrow('is no lock');
    expect(readFileSync(path, 'utf8')).toBe('userId,firstName\n');
  });
});

describe('several locks', () => {
  it('are held all or none', () => {
    const paths = [path, join(folder, 'other.lock')];
    writeFileSync(join(folder, 'other.lock'), `${process.ppid}\n`);
    expect(() => allLockedForThisProcess(paths, 'the import')).toThrow('is under way');
    expect(readdirSync(folder)).toEqual(['other.lock']);
    rmSync(join(folder, 'other.lock'));
    allLockedForThisProcess(paths, 'the import')();
    expect(readdirSync(folder)).toEqual([]);
  });
});
