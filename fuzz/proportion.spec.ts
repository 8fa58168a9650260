import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlockCounts } from '../test/faults/block-counts.js';
import { bytesOf, type Target } from './target.js';
import { targets } from './targets/targets.js';

/**
 * Work in proportion to the input, counted (ReDoS; Hawk CVE-2022-29167): twice as much of anything makes a parser run at
 * most twice as many blocks of its code. What a regular expression does inside is not counted, so `fuzz.spec.ts` feeds
 * it enough for a square to be seen by the processor time.
 */
let blocks: BlockCounts;
beforeAll(() => {
  blocks = BlockCounts.start(/\/(apps|libs)\/[^/]+\/src\/.*\.ts$/);
});
afterAll(() => blocks?.stop());

const base = 2_048;
/** What does not grow with the input, and what grows in steps. */
const slack = 500;

const fedWith = (seed: Buffer, piece: Buffer, times: number): Buffer => {
  const half = seed.length >> 1;
  return Buffer.concat([seed.subarray(0, half), Buffer.alloc(piece.length * times, piece), seed.subarray(half)]);
};

async function worst({ seeds, dictionary, check }: Target): Promise<string[]> {
  const [seed = Buffer.alloc(0)] = seeds.map(bytesOf);
  const found: string[] = [];
  for (const piece of dictionary.map(bytesOf).filter(({ length }) => length > 0)) {
    const times = Math.ceil(base / piece.length);
    const once = await blocks.totalOf(() => check(fedWith(seed, piece, times)));
    const twice = await blocks.totalOf(() => check(fedWith(seed, piece, 2 * times)));
    if (twice > 2.2 * once + slack) found.push(`${JSON.stringify(piece.toString())}: ${once} blocks, then ${twice}`);
  }
  return found;
}

describe.each(targets.map((target) => [target.name, target] as const))('%s', (_name, target) => {
  it('does twice the work for twice the input', async () => {
    expect(await worst(target)).toEqual([]);
  }, 60_000);
});

it('the count sees work that is not in proportion', async () => {
  const { squareWork } = await import('../test/faults/how-not-to.js');
  const square = BlockCounts.start(/how-not-to\.ts$/);
  try {
    const [once, twice] = [
      await square.totalOf(() => void squareWork('a'.repeat(100))),
      await square.totalOf(() => void squareWork('a'.repeat(200))),
    ];
    expect(twice).toBeGreaterThan(3 * once);
  } finally {
    square.stop();
  }
});
