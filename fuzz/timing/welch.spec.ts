import { describe, expect, it } from '@jest/globals';
import { Random } from '../random.js';
import { Welch } from './welch.js';

/** Of a bell, roughly: a sum of twelve. */
const noise = (random: Random) =>
  Array.from({ length: 12 }, () => random.below(1_000)).reduce((sum, one) => sum + one, 0);

function tOf(difference: number, count: number): number {
  const [random, welch] = [new Random(7), new Welch()];
  for (let index = 0; index < count; index += 1) {
    const which = random.below(2) === 0 ? 0 : 1;
    welch.add(which, noise(random) + which * difference);
  }
  return Math.abs(welch.t);
}

describe("Welch's t", () => {
  it('is that of a worked example', () => {
    const welch = new Welch();
    for (const value of [27.5, 21, 19, 23.6, 17, 17.9]) welch.add(0, value);
    for (const value of [27.1, 22, 20.8, 23.4, 23.4, 23.5]) welch.add(1, value);
    expect(welch.means.map((mean) => mean.toFixed(3))).toEqual(['21.000', '23.367']);
    expect(welch.t).toBeCloseTo(-1.29, 1);
  });

  it('stays small for what is the same, and grows for what differs', () => {
    expect(tOf(0, 50_000)).toBeLessThan(4.5);
    expect(tOf(60, 50_000)).toBeGreaterThan(4.5);
  });

  it('is none of what never varies', () => {
    const welch = new Welch();
    for (let index = 0; index < 10; index += 1) welch.add(index % 2 === 0 ? 0 : 1, 5);
    expect(welch.t).toBe(0);
  });
});
