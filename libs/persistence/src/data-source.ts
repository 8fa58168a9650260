import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import pg from 'pg';
import { DataSource, DefaultNamingStrategy, type MixedList } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { assertKeepsSessions, prepareSession, type SessionSettings, servingSettings } from './session.js';
import { SqlLog, type StoreLogger } from './sql-log.js';
import { isConnectionBroken, storeFaultOf, withoutValues } from './store-fault.js';

/** A class whose columns TypeORM knows, or a migration. */
// biome-ignore lint/complexity/noBannedTypes: TypeORM's own word for a class
export type ClassReference = Function;

export interface DataSourceOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly schema: string;
  readonly entities: readonly ClassReference[];
  readonly poolSize: number;
  /** A statement that takes longer is cancelled by the server; one second later its connection is given up. */
  readonly statementTimeoutMs: number;
  /** Both for reaching the server and for waiting until a connection of the pool is free. */
  readonly connectTimeoutMs?: number;
  /** How long a start waits for the database. */
  readonly startWaitMs?: number;
  readonly logger: StoreLogger;
}

/**
 * A connection that can be lost at any moment without taking the process along. The pool listens for errors only while
 * a connection is idle, and a query only until its first error; a server that dies says so twice, and an `error` event
 * without a listener ends a Node process. The user of the connection learns of the loss by the failing query.
 */
class SteadyClient extends pg.Client {
  constructor(configuration?: string | pg.ClientConfig) {
    super(configuration);
    this.on('error', () => undefined);
  }
}

/** `handledAt` is the column `handled_at`. */
class SnakeCaseColumns extends DefaultNamingStrategy {
  override columnName(property: string, given: string | undefined): string {
    return given ?? property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

const schemaPattern = /^[a-z][a-z0-9_]{0,39}$/;

/** Refuses a name that could not stand in SQL as it is. */
export function assertPlainName(name: string): void {
  if (!schemaPattern.test(name)) throw new Error(`database name ${JSON.stringify(name)} is not a-z, 0-9 and _`);
}

/**
 * Opens the pool of a service, by way of TypeORM's DataSource. While the database is not there yet it tries again for
 * `startWaitMs` (default 30 s); afterwards the pool recovers by itself, statement by statement.
 * @throws the last error when the time is over, or at once when it is not one that waiting cures
 */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  assertPlainName(options.schema);
  return reach(options, 'DATABASE_URL', async () => {
    const dataSource = await serving(options).initialize();
    // a pool of one connection cannot compare two
    const isFit = options.poolSize === 1 ? Promise.resolve() : assertKeepsSessions(poolOf(dataSource));
    await isFit.catch(async (error: unknown) => {
      await dataSource.destroy();
      throw error;
    });
    return dataSource;
  });
}

function serving(options: DataSourceOptions): DataSource {
  return new DataSource({
    ...described(options),
    entities: [...options.entities] as MixedList<ClassReference>,
    poolSize: options.poolSize,
    extra: {
      Client: SteadyClient,
      onConnect: (client: pg.Client) =>
        prepareSession(client, options.schema, servingSession(options.statementTimeoutMs)),
      // where not even the cancellation comes back: the server is stopped, or the network is
      query_timeout: options.statementTimeoutMs + 1_000,
      idleTimeoutMillis: 60_000,
      ...keepAlive,
    },
  });
}

/** One connection of the owning role, for migrations: no statement timeout, since a migration may take its time. */
export async function openMigrating(
  options: Pick<DataSourceOptions, 'url' | 'schema' | 'logger' | 'startWaitMs'> & {
    readonly migrations: readonly ClassReference[];
  },
  migrationsTableName: string,
): Promise<DataSource> {
  return reach(options, 'DATABASE_OWNER_URL', () =>
    new DataSource({
      ...described(options),
      migrations: [...options.migrations] as MixedList<ClassReference>,
      migrationsTableName,
      poolSize: 2,
      extra: {
        Client: SteadyClient,
        onConnect: (client: pg.Client) => prepareSession(client, options.schema, migratingSession),
        ...keepAlive,
      },
    }).initialize(),
  );
}

async function reach(
  options: Pick<DataSourceOptions, 'url' | 'schema' | 'logger' | 'startWaitMs'>,
  setting: string,
  open: () => Promise<DataSource>,
): Promise<DataSource> {
  const giveUpAt = monotonicMs() + (options.startWaitMs ?? 30_000);
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 2_000)) {
    try {
      return await open();
    } catch (error) {
      if (storeFaultOf(error) !== 'unavailable' || monotonicMs() + delayMs > giveUpAt) {
        throw withPlace(withoutValues(error), options.url, setting);
      }
      const { message: reason } = error as Error;
      options.logger.warn({ schema: options.schema, reason }, 'database is not reachable yet, waiting');
      await pause(delayMs);
    }
  }
}

/** Says in the message which server it was, and where its address stands. */
function withPlace(error: unknown, url: string, setting: string): unknown {
  if (!(error instanceof Error) || !URL.canParse(url)) return error;
  const { host, pathname } = new URL(url);
  const mend = /certificate/i.test(error.message) ? ': name its CA in the address, as sslrootcert=/path/to/ca.pem' : '';
  error.message = `PostgreSQL at ${host}${pathname} (${setting}): ${error.message}${mend}`;
  return error;
}

function described(options: Pick<DataSourceOptions, 'url' | 'schema' | 'logger' | 'connectTimeoutMs'>) {
  return {
    type: 'postgres' as const,
    driver: pg,
    url: options.url,
    schema: options.schema,
    namingStrategy: new SnakeCaseColumns(),
    synchronize: false,
    migrationsRun: false,
    // extensions are the operator's decision, and the runtime role may not make any
    installExtensions: false,
    logging: ['error' as const, 'warn' as const],
    logger: new SqlLog(options.logger),
    connectTimeoutMS: options.connectTimeoutMs ?? 1_000,
    applicationName: `countersign-${options.schema}`,
    poolErrorHandler: (error: unknown) => {
      options.logger.warn({ isConnectionLost: isConnectionBroken(error) }, 'an idle database connection was lost');
    },
  };
}

/**
 * A transaction waits for nothing but its statements. One that is idle for so long belongs to a process that is frozen or
 * gone, and others wait for the rows that it has locked.
 */
const mostIdleInTransactionMs = '3000';

/** Of a session that serves requests; the settings count in milliseconds. */
function servingSession(statementTimeoutMs: number): SessionSettings {
  return {
    ...servingSettings,
    statement_timeout: `${statementTimeoutMs}`,
    idle_in_transaction_session_timeout: mostIdleInTransactionMs,
  };
}

/** A migration may take its time. */
const migratingSession = { statement_timeout: '0', idle_in_transaction_session_timeout: '0' };

const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

/** The pg pool beneath an initialised DataSource. */
export function poolOf(dataSource: DataSource): pg.Pool {
  return (dataSource.driver as PostgresDriver).master as pg.Pool;
}
