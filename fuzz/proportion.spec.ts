import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Counted, countWork } from '../test/faults/counted-work.js';
import { targets } from './targets/targets.js';

/**
 * Work in proportion to the input, counted (ReDoS; Hawk CVE-2022-29167): twice as much of anything makes a parser run at
 * most twice as many blocks of its code. What a regular expression does inside is not counted, so `fuzz.spec.ts` feeds
 * it enough for a square to be seen by the processor time.
 */
let counted: Readonly<Record<string, Counted>>;
beforeAll(async () => {
  counted = await countWork(join(import.meta.dirname, 'proportion.work.ts'));
}, 120_000);

/** What does not grow with the input, and what grows in steps. */
const slack = 500;

/** Pairs of runs for some input and for twice as much of it. */
function pairsOf(name: string): readonly (readonly [about: string, once: number, twice: number])[] {
  return Object.entries(counted)
    .filter(([key]) => key.startsWith(`${name} `) && key.endsWith(' once'))
    .map(([key, { runs }]) => [key, runs, counted[key.replace(/once$/, 'twice')]?.runs ?? Number.NaN]);
}

describe.each(targets.map(({ name }) => name))('%s', (name) => {
  it('does twice the work for twice the input', () => {
    expect(pairsOf(name)).not.toEqual([]);
    expect(pairsOf(name).filter(([, once, twice]) => !(twice <= 2.2 * once + slack))).toEqual([]);
  });
});

it('the count sees work that is not in proportion', () => {
  const [[, once, twice] = ['', 0, 0]] = pairsOf('square');
  expect(twice).toBeGreaterThan(3 * once);
});
