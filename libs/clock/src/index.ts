export { type Clock, FixedClock, monotonicMs, systemClock } from './clock.js';
export { type Randomness, SeededRandomness, systemRandomness } from './randomness.js';
export { uuidv7 } from './uuidv7.js';
