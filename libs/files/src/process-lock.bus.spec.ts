import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOtherProcess } from '@countersign/testing';
import { describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

describe('the lock of a folder', () => {
  it('is never held by two processes, however they race, and is had by each in the end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'race-'));
    const source = `
      import { mkdir, rmdir } from 'node:fs/promises';
      import { lockFolder, LockedByProcess } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
      let clashes = 0;
      for (let held = 0; held < 15; ) {
        try {
          const lock = lockFolder(${JSON.stringify(folder)});
          await mkdir(${JSON.stringify(join(folder, 'inside'))}).catch(() => { clashes += 1; });
          await rmdir(${JSON.stringify(join(folder, 'inside'))}).catch(() => { clashes += 1; });
          lock.release();
          held += 1;
        } catch (error) {
          if (!(error instanceof LockedByProcess)) throw error;
        }
      }
      console.log(JSON.stringify(clashes));`;
    const racers = Array.from({ length: 4 }, () => startOtherProcess(source));
    expect(await Promise.all(racers.map((racer) => racer.next()))).toEqual([0, 0, 0, 0]);
    await Promise.all(racers.map((racer) => racer.kill()));
    await rm(folder, { recursive: true });
  });
});
