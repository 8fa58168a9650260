import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fuzzer } from './fuzzer.js';
import { holds, type Target } from './target.js';
import { targets } from './targets/targets.js';

/** A taste of `npm run fuzz`: every target, the same inputs each time. */
const inputs = 600;

const run = (target: Target, slowMs?: number) =>
  new Fuzzer(target, {
    seed: 1,
    coverage: undefined,
    isOver: (runs) => runs >= inputs,
    ...(slowMs !== undefined && { slowMs }),
  }).run();

describe.each(targets.map((target) => [target.about, target] as const))('%s', (_about, target) => {
  it(`is read as ${target.name} says, whatever it holds`, async () => {
    expect(await run(target)).toBeUndefined();
  }, 60_000);
});

describe('the fuzzer', () => {
  const planted = (check: Target['check']): Target => ({
    name: 'planted',
    about: 'a fault that was planted',
    seeds: ['abc:def'],
    dictionary: ['needle', ' '],
    inputs: fc.string(),
    check,
  });

  it('finds what does not hold, and makes it short', async () => {
    const finding = await run(planted((input) => holds(!input.includes('needle'), 'no needle')));
    expect([finding?.input.toString(), finding?.error.message]).toEqual(['needle', 'no needle']);
  });

  it('finds what a parser throws that it does not declare', async () => {
    const finding = await run(planted((input) => void decodeURIComponent(`%${input}`)));
    expect(finding?.error.name).toBe('URIError');
  });

  it('finds what takes time out of proportion', async () => {
    // the last half of what it is fed takes a quarter of the time
    const halfOf = (input: Buffer) => input.subarray(-32 * 1024).toString('latin1');
    const finding = await run(
      planted((input) => void halfOf(input).replace(/[ ]+$/, '')),
      100,
    );
    expect(finding?.error.name).toBe('TookTooLong');
  }, 60_000);

  it('feeds the same inputs for the same seed', async () => {
    const fed = async () => {
      const all: string[] = [];
      await run(planted((input) => void all.push(input.toString('latin1'))));
      return all;
    };
    expect(await fed()).toEqual(await fed());
  });
});
