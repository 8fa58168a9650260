export type { Binding } from './binding.js';
export { blindIndex, blindIndexes, type IndexBinding } from './blind-index.js';
export { type KeyRing, KeyRingFault, parseKeyRing } from './key-ring.js';
export { newKeyRing, withKeysOf, withNewKey, withoutKey } from './key-rotation.js';
export { open, seal } from './seal.js';
export { keyIdOf, SealBroken, SealKeyUnknown } from './sealed-value.js';
export { Secret } from './secret.js';
