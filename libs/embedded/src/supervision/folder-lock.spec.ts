import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderInUse, lockFolder } from './folder-lock.js';
import { identify, identifySelf } from './process-identity.js';

describe('the lock of a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is refused while it is held, naming the folder and the holder', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
    await lock.release();
  });

  it('can be taken again once it is released, and leaves nothing behind', async () => {
    await (await lockFolder(folder)).release();
    await (await lockFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused while another living process holds it', async () => {
    const parent = identify(process.ppid);
    await writeFile(join(folder, `in-use-by.${parent?.pid}.${parent?.birth}`), '');
    await expect(lockFolder(folder)).rejects.toThrow(FolderInUse);
    expect(await readdir(folder)).toEqual([`in-use-by.${parent?.pid}.${parent?.birth}`]);
  });

  it('is taken from a process that is dead, also when its number was given again', async () => {
    await writeFile(join(folder, 'in-use-by.4194305.00000000-1'), '');
    await writeFile(join(folder, `in-use-by.${process.ppid}.00000000-1`), '');
    await lockFolder(folder);
    const { pid, birth } = identifySelf();
    expect(await readdir(folder)).toEqual([`in-use-by.${pid}.${birth}`]);
  });

  it('makes a folder that is missing, for its user alone', async () => {
    const lock = await lockFolder(join(folder, 'a', 'b'));
    expect(await readdir(join(folder, 'a'))).toEqual(['b']);
    await lock.release();
  });
});
