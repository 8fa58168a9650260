/**
 * Time, chance and ids, handed in. Code that needs the time takes a {@link Clock}, code that needs unpredictable bytes
 * takes a {@link Randomness}; a program passes {@link systemClock} and {@link systemRandomness}, a spec passes
 * {@link FixedClock} and {@link SeededRandomness}, and moves the time on instead of sleeping.
 *
 * {@link monotonicMs} measures durations and deadlines within one process: it never goes back, and it means nothing to
 * another process. {@link uuidv7} makes the ids of everything that is stored: unique and in the order of their making, but
 * not secret. No other file of the product reads the clock or a random generator.
 */
export { type Clock, FixedClock, monotonicMs, systemClock } from './clock.js';
export { pooledRandomness, randomHex } from './pooled-randomness.js';
export { type Randomness, SeededRandomness, systemRandomness } from './randomness.js';
export { uuidv7 } from './uuidv7.js';
export { within } from './within.js';
