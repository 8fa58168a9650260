import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LogLimit } from './log-limit.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const written = (limit: LogLimit, times: number, kind?: string) =>
  Array.from({ length: times }, () => limit.admit(kind)).filter((leftOut) => leftOut !== undefined);

describe('a limit on lines of a log', () => {
  it('lets so many through in its time, and then says how many it left out', () => {
    const limit = new LogLimit(2, 1_000);
    expect(written(limit, 5)).toEqual([0, 0]);
    jest.advanceTimersByTime(999);
    expect(written(limit, 1)).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(written(limit, 2)).toEqual([4, 0]);
  });

  it('counts each kind by itself', () => {
    const limit = new LogLimit(1, 1_000);
    expect([written(limit, 3, 'a'), written(limit, 1, 'b')]).toEqual([[0], [0]]);
    jest.advanceTimersByTime(1_000);
    expect([written(limit, 1, 'a'), written(limit, 1, 'b')]).toEqual([[2], [0]]);
  });
});
