import { Module } from '@nestjs/common';
import { AdoptRealm } from './adopt-realm.js';
import { AdoptRealms } from './adopt-realms.js';
import { ChangeSettings } from './change-settings.js';
import { CreateRealm } from './create-realm.js';
import { FindRealm } from './find-realm.js';
import { ListRealms } from './list-realms.js';
import { RealmStore } from './realm.store.js';
import { ShowRealm } from './show-realm.js';

@Module({
  controllers: [CreateRealm, ListRealms, ShowRealm],
  providers: [RealmStore, FindRealm, AdoptRealm, AdoptRealms, ChangeSettings],
  exports: [FindRealm, AdoptRealm, ChangeSettings],
})
export class RealmsModule {}
