import 'reflect-metadata';
import type { Metrics } from '@countersign/observability';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AnswerSeal } from './answer-seal.js';
import { type DataSourceOptions, openDataSource } from './data-source.js';
import { Database } from './database.js';
import { IdempotencyRecords } from './idempotency-records.js';
import { UnitOfWork } from './unit-of-work.js';

export interface PersistenceOptions extends DataSourceOptions {
  /** Seals the answers that `UnitOfWork.once` keeps; `answersInClear` where no reply holds anything worth it. */
  readonly answerSeal: AnswerSeal;
  /** Callers that may wait for a connection; one more is refused at once. */
  readonly queueLimit?: number;
  readonly metrics?: Metrics;
}

const OPTIONS = Symbol('PersistenceOptions');

/**
 * The database of a service: `DataSource` with its entities, `Database` and `UnitOfWork` for its stores; all
 * injectable everywhere. It is closed after everything else has shut down.
 */
@Global()
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    database: Database,
    @Inject(OPTIONS) options: PersistenceOptions,
  ) {
    if (options.metrics !== undefined) measure(database, options.metrics);
  }

  static forRoot(options: PersistenceOptions): DynamicModule {
    const providers = [
      { provide: OPTIONS, useValue: options },
      { provide: DataSource, useFactory: () => openDataSource(options) },
      {
        provide: Database,
        inject: [DataSource],
        useFactory: (dataSource: DataSource) => new Database(dataSource, options.queueLimit ?? 500, options.logger),
      },
      {
        provide: UnitOfWork,
        inject: [Database],
        useFactory: (database: Database) => new UnitOfWork(database, new IdempotencyRecords(options.answerSeal)),
      },
    ];
    return { module: PersistenceModule, providers, exports: [DataSource, Database, UnitOfWork] };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

function measure(database: Database, metrics: Metrics): void {
  metrics.gauge('database_connections_in_use', 'connections of the pool that are lent', [], (gauge) => {
    gauge.set(database.load.inUse);
  });
  metrics.gauge('database_callers_waiting', 'callers that wait for a connection', [], (gauge) => {
    gauge.set(database.load.waiting);
  });
}
