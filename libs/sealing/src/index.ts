/**
 * Secrets at rest (guarantee G5). {@link seal} encrypts a value with AES-256-GCM and binds it to its table, row and column:
 * moved to another place, it does not {@link open}. A sealed value names the key that it was sealed with, so a
 * {@link KeyRing} can be rotated while values of older keys are still read ({@link newKeyRing}, {@link withNewKey},
 * {@link withoutKey}). {@link blindIndex} makes a keyed digest by which a sealed value can be found.
 *
 * {@link Secret} holds a value that must not be printed. The library knows no database and no files: `libs/settings` reads
 * the key ring. Passwords are hashed instead (`libs/hashing`): what is sealed can be read back.
 */
export type { Binding } from './binding.js';
export { blindIndex, blindIndexes, type IndexBinding } from './blind-index.js';
export { type KeyRing, KeyRingFault, parseKeyRing } from './key-ring.js';
export { newKeyRing, withKeysOf, withNewKey, withoutKey } from './key-rotation.js';
export { nameGivenTwice } from './name-given-twice.js';
export { open, seal } from './seal.js';
export { keyIdOf, SealBroken, SealKeyUnknown } from './sealed-value.js';
export { Secret } from './secret.js';
