import {
  closeSync,
  existsSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { holdForKernel } from './kernel-lock.js';
import { identify, identifySelf, type ProcessIdentity } from './process-identity.js';
import { LockedByProcess, lockFolder, takeLock, takeLocks } from './process-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'ring.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nameOf = (lock: string, identity = identifySelf()) => `${lock}.${identity.pid}.${identity.birth}`;
const locks = () => readdirSync(folder).filter((name) => !name.endsWith('.flock'));
const inLinux = process.platform === 'linux' ? it : it.skip;
const ofOtherNamespace = ({ pid, birth }: ProcessIdentity) => ({ pid, birth: birth.replace(/-\d+-/, '-1-') });
const parent = () => identify(process.ppid) ?? identifySelf();

describe('a lock', () => {
  it('is refused while it is held, also by this process, naming the holder', () => {
    const lock = takeLock(path);
    expect(() => takeLock(path)).toThrow(`${path} is in use by process ${process.pid}`);
    expect(statSync(nameOf(path)).mode & 0o777).toBe(0o600);
    lock.release();
  });

  it('can be taken again once it is released, and leaves nothing behind', () => {
    const lock = takeLock(path);
    lock.release();
    const next = takeLock(path);
    lock.release();
    expect(() => takeLock(path)).toThrow(LockedByProcess);
    next.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused while another living process holds it, whose lock stays', () => {
    writeFileSync(nameOf(path, parent()), '');
    expect(() => takeLock(path)).toThrow(LockedByProcess);
    expect(readdirSync(folder)).toEqual([nameOf('ring.lock', parent())]);
  });

  it('is taken from a process that is dead, also when its number was given again', () => {
    writeFileSync(`${path}.4194305.00000000-1`, '');
    writeFileSync(`${path}.${process.ppid}.00000000-1`, '');
    writeFileSync(`${path}.${process.pid}.00000000-1`, '');
    takeLock(path);
    expect(locks()).toEqual([nameOf('ring.lock')]);
  });

  inLinux('is refused while a process of another PID namespace has it, of which nothing tells whether it lives', () => {
    const stranger = ofOtherNamespace({ pid: 4194305, birth: identifySelf().birth });
    writeFileSync(nameOf(path, stranger), '');
    expect(() => takeLock(path)).toThrow(`once that one has ended, remove ${nameOf(path, stranger)}`);
    expect(readdirSync(folder)).toEqual([nameOf('ring.lock', stranger)]);
    rmSync(nameOf(path, stranger));
    takeLock(path).release();
  });

  inLinux('is taken from a process of another PID namespace that ran before the machine was started again', () => {
    const birth = ofOtherNamespace(identifySelf()).birth.replace(/^[0-9a-f]{8}/, '00000000');
    writeFileSync(nameOf(path, { pid: process.pid, birth }), '');
    takeLock(path).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  inLinux('of another container or host, which the kernel holds, is refused, and taken once that one has ended', () => {
    for (const birth of [ofOtherNamespace(identifySelf()).birth, '00000000-1-1']) {
      const held = nameOf(path, { pid: 4194305, birth });
      const stranger = openSync(held, 'wx');
      expect(holdForKernel(stranger)).toBe(true);
      linkSync(held, `${held}.flock`);
      expect(() => takeLock(path)).toThrow('of another container or host: stop that one first');
      closeSync(stranger);
      takeLock(path).release();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('has nothing to do with a lock of another name', () => {
    writeFileSync(nameOf(join(folder, 'other.lock'), parent()), '');
    writeFileSync(nameOf(join(folder, 'ring.lock.more'), parent()), '');
    takeLock(path).release();
  });

  it('is not seen in a file that holds something, which stays', () => {
    const file = `${path}.4194305.00000000-1`;
    writeFileSync(file, 'userId,firstName\n');
    takeLock(path).release();
    expect(existsSync(file)).toBe(true);
  });
});

describe('several locks', () => {
  it('are held all or none', () => {
    const paths = [path, join(folder, 'other.lock')];
    const other = nameOf('other.lock', parent());
    writeFileSync(join(folder, other), '');
    expect(() => takeLocks(paths)).toThrow(LockedByProcess);
    expect(readdirSync(folder)).toEqual([other]);
    rmSync(join(folder, other));
    takeLocks(paths).release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the lock of a folder', () => {
  it('is refused while it is held, naming the folder and the holder', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(LockedByProcess);
    expect(() => lockFolder(folder)).toThrow(`${folder} is in use by process ${process.pid}`);
    lock.release();
  });

  inLinux('of another PID namespace is refused, naming the file to remove', () => {
    const held = nameOf(join(folder, 'in-use-by'), ofOtherNamespace(identifySelf()));
    writeFileSync(held, '');
    expect(() => lockFolder(folder)).toThrow(`remove ${held}`);
  });

  it('makes a folder that is missing, for its user alone', () => {
    const lock = lockFolder(join(folder, 'a', 'b'));
    expect(readdirSync(join(folder, 'a'))).toEqual(['b']);
    expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
    lock.release();
  });
});
