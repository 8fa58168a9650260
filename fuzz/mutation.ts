import type { Random } from './random.js';

type Mutator = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** One to four changes, each of a kind that parsers stumble over. */
export function mutate(bytes: Buffer, random: Random, pieces: readonly Buffer[], corpus: readonly Buffer[]): Buffer {
  let changed = bytes;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    changed = random.pick(mutators)(changed, random, random.below(2) === 0 ? pieces : corpus);
  }
  return changed;
}

/** Bytes that mean something to some parser. */
const hot = Buffer.from(
  '\0\t\n\r !"#$%&\'()*+,-./019:;<=>?@AZ[\\]^_`az{|}~\x7f\x80\xa0\xc0\xc3\xe2\xed\xf0\xff',
  'latin1',
);

const mutators: readonly Mutator[] = [
  function turnBit(bytes, random) {
    return replaced(bytes, random.below(bytes.length + 1), 1, (old) => old ^ (1 << random.below(8)));
  },
  function setByte(bytes, random) {
    return replaced(bytes, random.below(bytes.length + 1), 1, () => hot[random.below(hot.length)] ?? 0);
  },
  function putAnyByte(bytes, random) {
    return put(bytes, random.below(bytes.length + 1), Buffer.of(random.below(256)));
  },
  function putHotByte(bytes, random) {
    return put(bytes, random.below(bytes.length + 1), Buffer.of(hot[random.below(hot.length)] ?? 0));
  },
  function putPiece(bytes, random, others) {
    return put(bytes, random.below(bytes.length + 1), random.pick(others));
  },
  function replaceByPiece(bytes, random, others) {
    const from = random.below(bytes.length + 1);
    const to = Math.min(bytes.length, from + random.below(9));
    return Buffer.concat([bytes.subarray(0, from), random.pick(others), bytes.subarray(to)]);
  },
  function cutOut(bytes, random) {
    const from = random.below(bytes.length + 1);
    const to = Math.min(bytes.length, from + 1 + random.below(Math.max(1, bytes.length >> 2)));
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeat(bytes, random) {
    const from = random.below(bytes.length + 1);
    const part = bytes.subarray(from, from + 1 + random.below(16));
    return put(bytes, from, Buffer.concat(Array.from({ length: 1 + random.below(32) }, () => part)));
  },
  function move(bytes, random) {
    const from = random.below(bytes.length + 1);
    const part = Buffer.from(bytes.subarray(from, from + 1 + random.below(16)));
    const rest = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + part.length)]);
    return put(rest, random.below(rest.length + 1), part);
  },
  function cross(bytes, random, others) {
    const other = random.pick(others);
    return Buffer.concat([
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
  function changeNumber(bytes, random) {
    const text = bytes.toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return bytes;
    const found = random.pick(numbers);
    const other = random.pick(['0', '-1', '00', '1', '9'.repeat(20), '1e9', '2147483648', '4294967296', '٣']);
    const end = found.index + found[0].length;
    return Buffer.concat([bytes.subarray(0, found.index), Buffer.from(other), bytes.subarray(end)]);
  },
];

function put(bytes: Buffer, at: number, more: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

function replaced(bytes: Buffer, at: number, length: number, byte: (old: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let index = at; index < Math.min(at + length, copy.length); index += 1) copy[index] = byte(copy[index] ?? 0);
  return copy;
}
