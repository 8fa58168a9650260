import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { identify, identifySelf, isAlive } from './process-identity.js';

describe('the identity of a process', () => {
  it('is the same whenever it is read', () => {
    expect(identify(process.pid)).toEqual(identifySelf());
    expect(identifySelf().birth).toMatch(/^[\w-]+$/);
  });

  it('is alive while the process is, and dead from then on', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0);
    expect(identity !== undefined && isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(identity !== undefined && isAlive(identity)).toBe(false);
  });

  it('is not that of another process with the same number', () => {
    expect(isAlive({ pid: process.pid, birth: '00000000-1' })).toBe(false);
  });

  it('does not exist for a number that no process has', () => {
    expect(identify(2 ** 22 + 1)).toBeUndefined();
  });
});
