import type { RunningService } from '@countersign/contracts';
import type { Readiness } from '@countersign/observability';
import type { migrate, PersistenceModule } from '@countersign/persistence';
import type { RealmColumns } from '@countersign/realms';
import type { SealedColumn } from '@countersign/sealed-rows';
import type { Environment } from '@countersign/settings';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import type { Job } from './jobs.js';
import type { HostedServiceSettings } from './service-settings.js';

/** All that tells one service with tables from another: its `service.ts` writes it, hosting and specs start it. */
export interface ServicePlan {
  /** Also its schema, its role in the database and its user of the bus. */
  readonly service: RunningService;
  /** With those of `hostedSettings`. */
  readonly settings: { parse(environment: Environment): HostedServiceSettings };
  readonly migrations: Parameters<typeof migrate>[0]['migrations'];
  readonly entities: Parameters<typeof PersistenceModule.forRoot>[0]['entities'];
  /** Columns that the key ring guards, beside the kept answers that every service has. */
  readonly sealedColumns: readonly SealedColumn[];
  /** Columns that it derives from the settings of a realm, if it keeps realms. */
  readonly realmColumns?: RealmColumns;
  /** Its features, each a Nest module; `serviceModule` says what they may inject. */
  readonly features: readonly (Type | DynamicModule)[];
  /** Runs before the first request is taken. */
  readonly prepare?: (app: INestApplicationContext) => Promise<void>;
  /** What is done again and again beside the requests, and is not done in every service. */
  readonly jobs?: (app: INestApplicationContext) => readonly Job[];
  /** The last thing done when the service closes, while database and bus are still there. */
  readonly finish?: (app: INestApplicationContext) => Promise<void>;
  /** What it needs beside database, key ring and bus to be ready. */
  readonly checks?: (get: <T>(provider: Type<T>) => T) => Promise<Readiness>;
}
