import { describe, expect, it } from '@jest/globals';
import { FixedClock, monotonicMs, systemClock } from './clock.js';

describe('the fixed clock', () => {
  it('stands still until it is moved', () => {
    const clock = new FixedClock(1_000);
    expect([clock.now(), clock.now()]).toEqual([1_000, 1_000]);
  });

  it('advances, goes back and jumps', () => {
    const clock = new FixedClock(1_000);
    clock.advance(500);
    expect(clock.now()).toBe(1_500);
    clock.advance(-600);
    expect(clock.now()).toBe(900);
    clock.set(7);
    expect(clock.now()).toBe(7);
  });
});

describe('the system clock', () => {
  it('tells milliseconds since the epoch', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe('monotonic time', () => {
  it('never goes back', () => {
    const seen = Array.from({ length: 1_000 }, () => monotonicMs());
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});
