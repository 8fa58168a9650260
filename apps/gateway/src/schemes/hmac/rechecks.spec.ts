import { describe, expect, it } from '@jest/globals';
import { Rechecks } from './rechecks.js';

function counted(everyMs: number, waitingLimit = 100) {
  const reads: string[] = [];
  const rechecks = new Rechecks(
    async (key) => {
      reads.push(key);
      return reads.length;
    },
    everyMs,
    waitingLimit,
  );
  return { reads, rechecks };
}

describe('rechecks', () => {
  it('read at once what was not read for a while, and each key by itself', async () => {
    const { reads, rechecks } = counted(60_000);
    expect(await rechecks.ask('a')).toBe(1);
    expect(await rechecks.ask('b')).toBe(2);
    expect(reads).toEqual(['a', 'b']);
  });

  it('share the next read among all who come in between', async () => {
    const { reads, rechecks } = counted(20);
    const first = rechecks.ask('a');
    const later = Array.from({ length: 50 }, () => rechecks.ask('a'));
    expect(await first).toBe(1);
    expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
    expect(reads).toEqual(['a', 'a']);
  });

  it('let only so many wait', async () => {
    const { rechecks } = counted(20, 1);
    await rechecks.ask('a');
    const waiting = rechecks.ask('a');
    expect(rechecks.ask('a')).toBeUndefined();
    expect(await waiting).toBe(2);
    expect(rechecks.ask('a')).toBeDefined();
  });
});
