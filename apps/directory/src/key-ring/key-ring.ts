import { KeyRingHandlers } from './key-ring.handlers.js';
import { ReSealSecrets } from './re-seal-secrets.js';
import { SealedValueStore } from './sealed-value.store.js';
import { ShowKeyRing } from './show-key-ring.js';

export const keyRingHandlers = Object.freeze([KeyRingHandlers]);
export const keyRingProviders = Object.freeze([SealedValueStore, ShowKeyRing, ReSealSecrets]);
