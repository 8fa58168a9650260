import type { Clock } from './clock.js';
import type { Randomness } from './randomness.js';

/**
 * A UUID of version 7 (RFC 9562 section 5.7), lower-case and hyphenated:
 *
 * 1. 48 bits: milliseconds since the epoch
 * 2. 4 bits: version 7, then 12 bits: high part of the counter
 * 3. 2 bits: variant, then 20 bits: low part of the counter
 * 4. 42 bits: chance, fresh for each id
 *
 * The counter (section 6.2, method 1) makes the ids of one clock strictly increase, also inside one millisecond and
 * when the wall clock is set back: the time written then stays at the latest seen. It starts anywhere in the lower half
 * of its range, so that the first id of a millisecond keeps 73 bits of chance and 2^31 more fit in before it is full.
 *
 * An id is unique, not secret: its time can be read and the next one can be narrowed down.
 *
 * @throws RangeError if the clock is outside of 1970 to 10889
 */
export function uuidv7(clock: Clock, randomness: Randomness): string {
  const chance = randomness.bytes(10);
  const { timeMs, counter } = nextPosition(clock, chance.readUInt32BE(0) >>> 1);
  const id = Buffer.allocUnsafe(16);
  id.writeUIntBE(timeMs, 0, 6);
  id.writeUInt16BE(0x7000 | (counter >>> 20), 6);
  id.writeUInt32BE((0x80000000 | ((counter & 0xfffff) << 10) | (chance.readUInt16BE(4) & 0x3ff)) >>> 0, 8);
  chance.copy(id, 12, 6, 10);
  return hyphenated(id.toString('hex'));
}

interface Position {
  readonly timeMs: number;
  readonly counter: number;
}

/** Kept by clock, so that a spec that sets its own clock neither disturbs others nor gets their time. */
const latestByClock = new WeakMap<Clock, Position>();
const LAST_COUNTER = 0xffffffff;
const LAST_TIME_MS = 2 ** 48 - 1;

function nextPosition(clock: Clock, freshCounter: number): Position {
  const nowMs = Math.floor(clock.now());
  if (!(nowMs >= 0 && nowMs < LAST_TIME_MS)) throw new RangeError(`time outside of a uuid's range, found ${nowMs} ms`);
  const position = after(latestByClock.get(clock), nowMs, freshCounter);
  latestByClock.set(clock, position);
  return position;
}

function after(latest: Position | undefined, nowMs: number, freshCounter: number): Position {
  if (latest === undefined || nowMs > latest.timeMs) return { timeMs: nowMs, counter: freshCounter };
  if (latest.counter < LAST_COUNTER) return { timeMs: latest.timeMs, counter: latest.counter + 1 };
  return { timeMs: latest.timeMs + 1, counter: freshCounter };
}

function hyphenated(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
