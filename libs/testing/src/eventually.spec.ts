import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('answers what the condition answers once it neither throws nor is false', async () => {
    const answers = [() => false, () => Promise.reject(new Error('not yet')), () => 7];
    expect(await eventually<unknown>(() => answers.shift()?.())).toBe(7);
  });

  it('throws the last error of a condition that never holds', async () => {
    const never = eventually(() => Promise.reject(new Error('still closed')), { deadlineMs: 30 });
    await expect(never).rejects.toThrow('still closed');
  });

  it('names the condition that stays false', async () => {
    await expect(eventually(() => 1 > 2, { deadlineMs: 30 })).rejects.toThrow('1 > 2');
  });
});
