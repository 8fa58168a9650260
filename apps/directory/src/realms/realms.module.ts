import { Module } from '@nestjs/common';
import { AdoptRealm } from './adopt-realm.js';
import { FindRealm } from './find-realm.js';
import { RealmHandlers } from './realm.handlers.js';
import { RealmStore } from './realm.store.js';

@Module({
  controllers: [RealmHandlers],
  providers: [RealmStore, FindRealm, AdoptRealm],
  exports: [FindRealm],
})
export class RealmsModule {}
