import 'reflect-metadata';
import type { Metrics } from '@countersign/observability';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AnswerSeal } from './answer-seal.js';
import { type DataSourceOptions, openDataSource } from './data-source.js';
import { Database } from './database.js';
import { IdempotencyRecords, sweepIdempotencyRecords } from './idempotency-records.js';
import { SealedRecords } from './sealed-records.js';
import type { StoreLogger } from './sql-log.js';
import { UnitOfWork } from './unit-of-work.js';

export interface PersistenceOptions extends DataSourceOptions {
  /** Seals the answers that `UnitOfWork.once` keeps; `answersInClear` where no reply holds anything worth it. */
  readonly answerSeal: AnswerSeal;
  /** Callers that may wait for a connection; one more is refused at once. */
  readonly queueLimit?: number;
  readonly metrics?: Metrics;
}

const OPTIONS = Symbol('PersistenceOptions');
const sweepEveryMs = 15 * 60_000;

/**
 * The database of a service: `DataSource` (entities, drift check), `Database` and `UnitOfWork` for its stores, and the
 * `SealedRecords` of the latter; all injectable everywhere. It is closed after everything else has shut down.
 */
@Global()
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    database: Database,
    @Inject(OPTIONS) options: PersistenceOptions,
  ) {
    this.sweeper = setInterval(() => void sweep(database, options.logger), sweepEveryMs).unref();
    if (options.metrics !== undefined) measure(database, options.metrics);
  }

  static forRoot(options: PersistenceOptions): DynamicModule {
    const providers = [
      { provide: OPTIONS, useValue: options },
      { provide: DataSource, useFactory: () => openDataSource(options) },
      {
        provide: Database,
        inject: [DataSource],
        useFactory: (dataSource: DataSource) => new Database(dataSource, options.queueLimit ?? 500),
      },
      {
        provide: UnitOfWork,
        inject: [Database],
        useFactory: (database: Database) => new UnitOfWork(database, new IdempotencyRecords(options.answerSeal)),
      },
      {
        provide: SealedRecords,
        inject: [Database, UnitOfWork],
        useFactory: (database: Database, unitOfWork: UnitOfWork) =>
          new SealedRecords(database, unitOfWork, options.answerSeal),
      },
    ];
    return { module: PersistenceModule, providers, exports: [DataSource, Database, UnitOfWork, SealedRecords] };
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeper);
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

async function sweep(database: Database, logger: StoreLogger): Promise<void> {
  await sweepIdempotencyRecords(database).catch((error: Error) => {
    logger.warn({ reason: error.message }, 'idempotency records were not swept');
  });
}

function measure(database: Database, metrics: Metrics): void {
  metrics.gauge('database_connections_in_use', 'connections of the pool that are lent', [], (gauge) => {
    gauge.set(database.load.inUse);
  });
  metrics.gauge('database_callers_waiting', 'callers that wait for a connection', [], (gauge) => {
    gauge.set(database.load.waiting);
  });
}
