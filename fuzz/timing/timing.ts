import { applicationKey, canonicalRequest, signResponse, verifyRequest, verifyResponse } from '@countersign/signing';
import { leakyEquals } from '../../test/faults/how-not-to.js';
import { Random } from '../random.js';
import { Welch } from './welch.js';

export interface TimingOptions {
  /** For each comparison. */
  readonly seconds: number;
  readonly seed: number;
}

/** A difference that shows beyond this is one. */
const threshold = 4.5;
const key = applicationKey('ab'.repeat(32));
const request = {
  method: 'GET',
  date: 'Fri, 31 Jan 2020 09:05:07 GMT',
  applicationId: 'a'.repeat(32),
  path: '/demo/api/v1/users/jdoe',
};
const answer = { date: request.date, applicationId: request.applicationId, body: Buffer.from('{}'), key };
const right = Buffer.alloc(32);
key.macInto(right, '', canonicalRequest(request));
const rightAnswer = Buffer.from(signResponse(answer), 'base64');

interface Comparison {
  readonly name: string;
  /** Of the bytes that are guessed at. */
  readonly right: Buffer;
  readonly compare: (guess: Buffer) => unknown;
  readonly isLeaky?: true;
}
const none = { decodedPath: false, latin1Body: false };

const comparisons: readonly Comparison[] = [
  { name: 'a comparison that stops early', right, compare: (guess) => leakyEquals(guess, right), isLeaky: true },
  {
    name: 'the signature of a request',
    right,
    compare: (mac) => verifyRequest({ ...request, mac, key, tolerances: none }),
  },
  {
    name: 'the signature of an answer',
    right: rightAnswer,
    compare: (guess) => verifyResponse({ ...answer, signature: guess.toString('base64') }),
  },
];

/**
 * Measures by the clock whether a guess that is right but for its last byte takes another time than one that is wrong
 * from its first (dudect). It depends on how quiet the machine is, so no test asserts it.
 * @returns the exit code: 1 when a difference shows, 2 when a planted one does not
 */
export function measureTiming({ seconds, seed }: TimingOptions): number {
  let code = 0;
  for (const comparison of comparisons) {
    const welch = measure(comparison, seconds, new Random(seed));
    const [first, last] = welch.means;
    const isSeen = Math.abs(welch.t) > threshold;
    process.stdout.write(
      `${comparison.name.padEnd(32)} t ${welch.t.toFixed(2).padStart(8)}  wrong from the first byte ${first.toFixed(0)} ns, ` +
        `in the last ${last.toFixed(0)} ns, ${welch.count} samples: ${verdictOf(isSeen, comparison.isLeaky === true)}\n`,
    );
    if (comparison.isLeaky === true && !isSeen) return 2;
    if (comparison.isLeaky !== true && isSeen) code = 1;
  }
  return code;
}

function verdictOf(isSeen: boolean, isLeaky: boolean): string {
  if (isLeaky) return isSeen ? 'seen, as it must be' : 'NOT SEEN: this machine is too noisy to tell';
  return isSeen ? 'A DIFFERENCE SHOWS' : 'no difference shows';
}

/** Work enough for the clock to tell. */
const timesEach = 8;

function measure({ right: bytes, compare }: Comparison, seconds: number, random: Random): Welch {
  const guesses = [wrongAt(bytes, 0), wrongAt(bytes, bytes.length - 1)] as const;
  const welch = new Welch();
  const endsAt = performance.now() + seconds * 1_000;
  // what takes many times as long was interrupted
  let longestNs = Number.POSITIVE_INFINITY;
  const warmUp: number[] = [];
  while (performance.now() < endsAt) {
    for (let sample = 0; sample < 1_000; sample += 1) {
      const which = random.below(2) === 0 ? 0 : 1;
      const guess = guesses[which];
      const startedAt = process.hrtime.bigint();
      for (let time = 0; time < timesEach; time += 1) compare(guess);
      const tookNs = Number(process.hrtime.bigint() - startedAt);
      if (warmUp.length < 20_000) warmUp.push(tookNs);
      else if (tookNs < longestNs) welch.add(which, tookNs / timesEach);
      if (warmUp.length === 20_000 && longestNs === Number.POSITIVE_INFINITY) longestNs = 2 * medianOf(warmUp);
    }
  }
  return welch;
}

function wrongAt(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt8(other.readUInt8(at) ^ 0xff, at);
  return other;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
