import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Clock, FixedClock, systemClock } from './clock.js';
import { SeededRandomness, systemRandomness } from './randomness.js';
import { uuidv7 } from './uuidv7.js';

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const allOnes = { bytes: (length: number) => Buffer.alloc(length, 0xff) };

describe('uuidv7 (RFC 9562 section 5.7)', () => {
  it('has version 7, variant 10, lower case and hyphens', () => {
    for (let i = 0; i < 500; i += 1) expect(uuidv7(systemClock, systemRandomness)).toMatch(SHAPE);
  });

  it('carries the time of the clock', () => {
    const atMs = Date.UTC(2022, 1, 22, 19, 22, 22);
    expect(timeOf(uuidv7(new FixedClock(atMs), systemRandomness))).toBe(atMs);
    expect(uuidv7(new FixedClock(atMs), systemRandomness)).toMatch(/^017f22e2-79b0-7/);
  });

  it('is the same for the same clock and chance', () => {
    const make = () => uuidv7(new FixedClock(5), new SeededRandomness('s'));
    expect(make()).toBe(make());
  });

  it('refuses a time it cannot hold', () => {
    for (const ms of [-1, 2 ** 48 - 1, Number.NaN]) {
      expect(() => uuidv7(new FixedClock(ms), systemRandomness)).toThrow(RangeError);
    }
  });
});

describe('the ids of one clock', () => {
  it('strictly increase, whether the clock stands, goes on or is set back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 200 }), fc.string(), (moves, seed) => {
        const clock = new FixedClock(1_000_000_000);
        const randomness = new SeededRandomness(seed);
        const ids = moves.map((ms) => {
          clock.advance(ms);
          return uuidv7(clock, randomness);
        });
        expect(ids).toEqual([...new Set(ids)].sort());
        for (const id of ids) expect(id).toMatch(SHAPE);
      }),
    );
  });

  it('increase by the counter alone when chance does not help', () => {
    const clock = new FixedClock(9);
    const ids = Array.from({ length: 3_000 }, () => uuidv7(clock, allOnes));
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('do not take time from another clock', () => {
    const ahead: Clock = new FixedClock(9_000_000);
    uuidv7(ahead, systemRandomness);
    expect(timeOf(uuidv7(new FixedClock(5), systemRandomness))).toBe(5);
  });
});
