import { squareWork } from '../test/faults/how-not-to.js';
import { bytesOf } from './target.js';
import { targets } from './targets/targets.js';

const base = 2_048;

const fedWith = (seed: Buffer, piece: Buffer, times: number): Buffer => {
  const half = seed.length >> 1;
  return Buffer.concat([seed.subarray(0, half), Buffer.alloc(piece.length * times, piece), seed.subarray(half)]);
};

const parsing = targets.flatMap(({ name, seeds, dictionary, check }) => {
  const [seed = Buffer.alloc(0)] = seeds.map(bytesOf);
  const pieces = dictionary.map(bytesOf).filter(({ length }) => length > 0);
  return pieces.flatMap((piece) => {
    const times = Math.ceil(base / piece.length);
    const about = `${name} ${JSON.stringify(piece.toString())}`;
    return [
      [`${about} once`, () => check(fedWith(seed, piece, times))],
      [`${about} twice`, () => check(fedWith(seed, piece, 2 * times))],
    ] as const;
  });
});

/** Each target with much of each word of its dictionary, and with twice as much. */
export const works: Readonly<Record<string, () => void | Promise<void>>> = Object.fromEntries([
  ...parsing,
  ['square once', () => void squareWork('a'.repeat(100))],
  ['square twice', () => void squareWork('a'.repeat(200))],
]);
