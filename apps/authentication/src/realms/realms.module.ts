import { Module } from '@nestjs/common';
import { AnnounceRealm } from './announce-realm.js';
import { AnnounceRealms } from './announce-realms.js';
import { ChangeSettings } from './change-settings.js';
import { CreateRealm } from './create-realm.js';
import { FindRealm } from './find-realm.js';
import { ListRealms } from './list-realms.js';
import { RealmStore } from './realm.store.js';
import { ShowRealm } from './show-realm.js';

@Module({
  controllers: [CreateRealm, ListRealms, ShowRealm],
  providers: [RealmStore, FindRealm, AnnounceRealm, AnnounceRealms, ChangeSettings],
  exports: [FindRealm, AnnounceRealm, ChangeSettings],
})
export class RealmsModule {}
