import { commonOperations, type RunningService } from '@countersign/contracts';
import { handlerOf } from '@countersign/messaging/server';
import type { Logger } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { Database, UnitOfWork } from '@countersign/persistence';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CheckKeyRing } from './check-key-ring.js';
import { KeyRotationStore } from './key-rotation.store.js';
import { Reseal } from './reseal.js';
import type { SealedColumn } from './sealed-column.js';
import { SealedValueStore } from './sealed-value.store.js';
import { Sealer } from './sealer.js';
import { ShowKeyRing } from './show-key-ring.js';

export interface SealedRowsOptions {
  readonly service: RunningService;
  /** Every sealed column of the service. */
  readonly columns: readonly SealedColumn[];
  readonly sealer: Sealer;
  readonly logger: Logger;
}

/** Gives every feature the `Sealer`, the job `Reseal`, and answers `key-ring.show`. It needs database and outbox. */
@Global()
@Module({})
export class SealedRowsModule {
  static forRoot({ service, columns, sealer, logger }: SealedRowsOptions): DynamicModule {
    const stores = columns.map((column) => new SealedValueStore(column));
    return {
      module: SealedRowsModule,
      controllers: [handlerOf(commonOperations[service].showKeyRing, ShowKeyRing, (by) => by.show())],
      providers: [
        { provide: Sealer, useValue: sealer },
        {
          provide: ShowKeyRing,
          inject: [Database],
          useFactory: (database: Database) => new ShowKeyRing(stores, sealer, database),
        },
        {
          provide: CheckKeyRing,
          inject: [Database],
          useFactory: (database: Database) => new CheckKeyRing(stores, sealer, database),
        },
        {
          provide: Reseal,
          inject: [Database, UnitOfWork, Outbox],
          useFactory: (database: Database, unitOfWork: UnitOfWork, outbox: Outbox) =>
            new Reseal(service, stores, new KeyRotationStore(), sealer, database, unitOfWork, outbox, logger),
        },
      ],
      exports: [Sealer, Reseal, ShowKeyRing, CheckKeyRing],
    };
  }
}
