import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { within } from './within.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const never = new Promise<never>(() => undefined);

describe('a wait within a grace', () => {
  it('ends with the promise, fulfilled or rejected, and leaves no timer behind', async () => {
    expect(await within(Promise.resolve('value'), 1_000)).toBe(true);
    expect(await within(Promise.reject(new Error('failed')), 1_000)).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends when the time is over', async () => {
    const waited = within(never, 1_000);
    await jest.advanceTimersByTimeAsync(999);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(await waited).toBe(false);
  });
});
