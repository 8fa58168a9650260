import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endOrphans } from './orphans.js';
import { writePidFile } from './pid-file.js';

const STEPS = [{ signal: 'SIGTERM', waitMs: 300 }] as const;

describe('what an earlier run left behind', () => {
  let folder: string;
  let children: ChildProcess[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orphans-'));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) {
      child.kill('SIGKILL');
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function start(command: string, args: readonly string[], cwd: string): Promise<ChildProcess> {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    await once(child, 'spawn');
    return child;
  }
  const traces = () => ({ pidFile: join(folder, 'server.pid'), workingFolder: folder, program: 'sleep' });

  it('is ended by its pid file', async () => {
    const child = await start('sleep', ['60'], '/');
    const ended = once(child, 'exit');
    await writePidFile(traces().pidFile, child.pid ?? 0);
    expect(await endOrphans(traces(), STEPS)).toBe(1);
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('is killed when it does not obey', async () => {
    const child = await start('sh', ['-c', 'trap "" TERM; echo trapped; while :; do sleep 0.05; done'], '/');
    await once(child.stdout ?? child, 'data');
    const ended = once(child, 'exit');
    await writePidFile(traces().pidFile, child.pid ?? 0);
    await endOrphans(traces(), STEPS);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('is left alone when the number in the pid file was given to a stranger', async () => {
    const child = await start('sleep', ['60'], '/');
    await writePidFile(traces().pidFile, child.pid ?? 0);
    const identity = JSON.parse(await readFile(traces().pidFile, 'utf8')) as { pid: number; birth: string };
    await writeFile(traces().pidFile, JSON.stringify({ ...identity, birth: '00000000-1' }));
    expect(await endOrphans(traces(), STEPS)).toBe(0);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  it.each(['', '{', '[]', 'null', '{"pid":0,"birth":"x"}', '{"pid":-1,"birth":"x"}', '{"pid":1,"birth":"x"}'])(
    'is nothing when the pid file says %j',
    async (text) => {
      await writeFile(traces().pidFile, text);
      expect(await endOrphans(traces(), STEPS)).toBe(0);
    },
  );

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is found without a pid file by the program and the folder it works in', async () => {
    const ours = await start('sleep', ['60'], folder);
    const elsewhere = await start('sleep', ['60'], tmpdir());
    const another = await start('cat', ['/dev/zero'], folder);
    const ended = once(ours, 'exit');
    expect(await endOrphans(traces(), STEPS)).toBe(1);
    await ended;
    expect([elsewhere, another].map((child) => child.exitCode ?? child.signalCode)).toEqual([null, null]);
  });
});
