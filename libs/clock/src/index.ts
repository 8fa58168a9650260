export { type Clock, FixedClock, monotonicMs, systemClock } from './clock.js';
export { pooledRandomness, randomHex } from './pooled-randomness.js';
export { type Randomness, SeededRandomness, systemRandomness } from './randomness.js';
export { uuidv7 } from './uuidv7.js';
export { within } from './within.js';
