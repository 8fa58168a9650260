import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { KeyRingHandlers } from './key-ring.handlers.js';
import { ReSealSecrets } from './re-seal-secrets.js';
import { SealedValueStore } from './sealed-value.store.js';
import { ShowKeyRing } from './show-key-ring.js';

@Module({
  imports: [UsersModule],
  controllers: [KeyRingHandlers],
  providers: [SealedValueStore, ShowKeyRing, ReSealSecrets],
})
export class KeyRingModule {}
