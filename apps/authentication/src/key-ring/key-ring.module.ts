import { Module } from '@nestjs/common';
import { ResealValues } from './reseal-values.js';
import { SealedValueStore } from './sealed-value.store.js';
import { Sealer } from './sealer.js';
import { ServiceHandlers } from './service.handlers.js';
import { ShowKeyRing } from './show-key-ring.js';

@Module({
  controllers: [ServiceHandlers],
  providers: [SealedValueStore, ResealValues, ShowKeyRing, Sealer],
  exports: [Sealer],
})
export class KeyRingModule {}
