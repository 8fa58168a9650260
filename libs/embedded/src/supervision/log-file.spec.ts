import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogFile } from './log-file.js';

describe('the log of a server', () => {
  let folder: string;
  let log: LogFile;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'log-'));
    log = new LogFile(join(folder, 'server.log'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is for its user alone', async () => {
    await (await log.open()).close();
    expect((await stat(log.path)).mode & 0o777).toBe(0o600);
  });

  it('is moved away when it is too long, and is still written by who has it open', async () => {
    const handle = (await log.open()) as Awaited<ReturnType<typeof log.open>> & {
      write(text: string): Promise<unknown>;
    };
    await handle.write('x'.repeat(9 * 1024 * 1024));
    await log.rotate();
    await handle.write('after\n');
    await handle.close();
    expect(await readFile(log.path, 'utf8')).toBe('after\n');
    expect((await stat(`${log.path}.1`)).size).toBe(9 * 1024 * 1024);
  });

  it('quotes its last lines, none of an earlier run', async () => {
    await writeFile(log.path, 'old\n');
    const start = await log.size();
    await writeFile(log.path, `${Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n')}\n`, { flag: 'a' });
    expect(await log.tail(start)).toMatch(/^line 8 \| .* \| line 19$/);
    expect(await new LogFile(join(folder, 'none')).tail(0)).toBe('');
  });
});
