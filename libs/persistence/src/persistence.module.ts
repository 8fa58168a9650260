import 'reflect-metadata';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Database } from './database.js';
import { type DataSourceOptions, openDataSource, poolOf } from './data-source.js';
import { type AnswerSeal, HandledRequests, sweepHandledRequests } from './handled-requests.js';
import type { StoreLogger } from './sql-log.js';
import { UnitOfWork } from './unit-of-work.js';

/** Where the pool shows how busy it is. */
export interface StoreMetrics {
  gauge(name: string, help: string): { set(value: number): void };
}

export interface PersistenceOptions extends DataSourceOptions {
  /** Seals the answers that `UnitOfWork.once` keeps; `answersInClear` where no reply holds anything worth it. */
  readonly answerSeal: AnswerSeal;
  /** Callers that may wait for a connection; one more is refused at once. */
  readonly queueLimit?: number;
  readonly metrics?: StoreMetrics;
}

const OPTIONS = Symbol('PersistenceOptions');
const sweepEveryMs = 15 * 60_000;
const measureEveryMs = 5_000;

/**
 * The database of a service: `DataSource` (entities, drift check), `Database` and `UnitOfWork` for its stores, which
 * are all injectable everywhere. It is closed after everything else has shut down.
 */
@Global()
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  private readonly timers: NodeJS.Timeout[];

  constructor(
    private readonly dataSource: DataSource,
    database: Database,
    @Inject(OPTIONS) options: PersistenceOptions,
  ) {
    this.timers = [every(sweepEveryMs, () => void sweep(database, options.logger))];
    if (options.metrics !== undefined) this.timers.push(measure(database, options.metrics));
  }

  static forRoot(options: PersistenceOptions): DynamicModule {
    const providers = [
      { provide: OPTIONS, useValue: options },
      { provide: DataSource, useFactory: () => openDataSource(options) },
      {
        provide: Database,
        inject: [DataSource],
        useFactory: (dataSource: DataSource) => new Database(poolOf(dataSource), options.queueLimit ?? 500),
      },
      {
        provide: UnitOfWork,
        inject: [Database],
        useFactory: (database: Database) => new UnitOfWork(database, new HandledRequests(options.answerSeal)),
      },
    ];
    return { module: PersistenceModule, providers, exports: [DataSource, Database, UnitOfWork] };
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

function every(periodMs: number, run: () => void): NodeJS.Timeout {
  return setInterval(run, periodMs).unref();
}

async function sweep(database: Database, logger: StoreLogger): Promise<void> {
  await sweepHandledRequests(database).catch((error: Error) => {
    logger.warn({ reason: error.message }, 'handled requests were not swept');
  });
}

function measure(database: Database, metrics: StoreMetrics): NodeJS.Timeout {
  const inUse = metrics.gauge('countersign_database_connections_in_use', 'connections of the pool that are lent');
  const waiting = metrics.gauge('countersign_database_callers_waiting', 'callers that wait for a connection');
  return every(measureEveryMs, () => {
    inUse.set(database.load.inUse);
    waiting.set(database.load.waiting);
  });
}
