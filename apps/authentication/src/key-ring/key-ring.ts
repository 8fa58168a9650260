import { ResealValues } from './reseal-values.js';
import { SealedValueStore } from './sealed-value.store.js';
import { ServiceHandlers } from './service.handlers.js';
import { ShowKeyRing } from './show-key-ring.js';

export const keyRingHandlers = [ServiceHandlers];
export const keyRingProviders = [SealedValueStore, ResealValues, ShowKeyRing];
