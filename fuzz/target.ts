import type fc from 'fast-check';

/** One parser under attack: the inputs, and what must hold for every input. */
export interface Target {
  readonly name: string;
  /** What it reads, for people. */
  readonly about: string;
  /** Where mutation begins. */
  readonly seeds: readonly (string | Buffer)[];
  /** Pieces that mutation puts in, and that are repeated to find what takes time out of proportion. */
  readonly dictionary: readonly string[];
  /** Well-shaped inputs, which mutation alone would hardly find. */
  readonly inputs: fc.Arbitrary<string | Buffer>;
  /** Longest input that is tried, bytes. */
  readonly longest?: number;
  /** @throws Error when something does not hold: also whatever the parser throws that it does not declare */
  check(input: Buffer): void | Promise<void>;
}

/** The bytes of an input; a text is UTF-8. */
export function bytesOf(input: string | Buffer): Buffer {
  return typeof input === 'string' ? Buffer.from(input) : input;
}

/** A property that does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** @throws Broken if it is false */
export function holds(isSo: boolean, sentence: string): asserts isSo {
  if (!isSo) throw new Broken(sentence);
}

/** @throws Broken unless both are the same JSON */
export function holdsSame(found: unknown, expected: unknown, sentence: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Broken(`${sentence}: found ${one}, expected ${other}`);
}
