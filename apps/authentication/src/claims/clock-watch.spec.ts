import { describe, expect, it } from '@jest/globals';
import { ClockWatch } from './clock-watch.js';

/** What a watch says of a second reading, five seconds after the first, which took `tookMs` to be answered. */
function secondReading(clockMs: number, tookMs = 2): number | undefined {
  const watch = new ClockWatch();
  expect(watch.note({ clockMs: 1_000_000, askedAt: 100, answeredAt: 102 })).toBeUndefined();
  return watch.note({ clockMs, askedAt: 5_102, answeredAt: 5_102 + tookMs });
}

describe('a clock that is watched', () => {
  it.each([
    ['goes as time does here', 1_005_000, undefined],
    ['is corrected slowly', 1_005_900, undefined],
    ['is set forward', 2_205_004, 1_200_000],
    ['is set back', 405_000, -600_000],
    ['stands still', 1_000_000, -5_000],
  ])('%s', (_name, clockMs, step) => {
    expect(secondReading(clockMs)).toBe(step);
  });

  it('is not found set because an answer was slow', () => {
    expect(secondReading(1_005_000, 8_000)).toBeUndefined();
    expect(secondReading(1_013_000, 8_000)).toBeUndefined();
    expect(secondReading(1_015_000, 8_000)).toBeGreaterThan(1_000);
  });
});
