import { adoptRealmIn, type RealmKeeper } from '@countersign/contracts';
import { handlerOf } from '@countersign/messaging/server';
import { Database, UnitOfWork } from '@countersign/persistence';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AdoptRealm } from './adopt-realm.js';
import { FindRealm } from './find-realm.js';
import { RealmStore } from './realm.store.js';
import type { RealmColumns } from './realm-columns.js';

/** Gives every feature `FindRealm`, and answers `realm.adopt`. It needs the table of {@link realmsMigrationSql}. */
@Global()
@Module({})
export class RealmsModule {
  static forRoot(service: RealmKeeper, columns: RealmColumns = {}): DynamicModule {
    const operation = adoptRealmIn[service];
    return {
      module: RealmsModule,
      controllers: [handlerOf(operation, AdoptRealm, (by, request, context) => by.adopt(request, context))],
      providers: [
        {
          provide: RealmStore,
          inject: [Database],
          useFactory: (database: Database) => new RealmStore(database, columns),
        },
        {
          provide: FindRealm,
          inject: [RealmStore],
          useFactory: (realms: RealmStore) => new FindRealm(realms),
        },
        {
          provide: AdoptRealm,
          inject: [RealmStore, UnitOfWork],
          useFactory: (realms: RealmStore, unitOfWork: UnitOfWork) => new AdoptRealm(operation, realms, unitOfWork),
        },
      ],
      exports: [FindRealm, AdoptRealm],
    };
  }
}
