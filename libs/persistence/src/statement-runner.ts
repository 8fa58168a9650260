import type { QueryResult } from 'pg';
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

/** Runs one statement, under the bounds and with the faults of `Database` or of a transaction. */
export type RunStatement = (text: string, values?: readonly unknown[]) => Promise<QueryResult>;

/**
 * Hands the statements of TypeORM to `run`, so that it never takes a connection by itself. Errors pass as `run` throws
 * them: TypeORM's own error would hold the text and all parameters of the statement.
 */
class StatementRunner extends PostgresQueryRunner {
  constructor(dataSource: DataSource, run: RunStatement, isInTransaction: boolean) {
    super(dataSource.driver as PostgresDriver, 'master');
    this.manager = dataSource.createEntityManager(this);
    this.databaseConnection = { query: run };
    this.isTransactionActive = isInTransaction;
  }

  override query(...statement: Parameters<PostgresQueryRunner['query']>): ReturnType<PostgresQueryRunner['query']> {
    return super.query(...statement).catch((error: unknown) => {
      throw error instanceof QueryFailedError ? error.driverError : error;
    });
  }

  override async startTransaction(): Promise<void> {
    throw new Error('a change of several statements belongs in a unit of work');
  }
}

/** The repositories of a pool, or of the connection that a transaction holds. */
export function managerRunning(dataSource: DataSource, run: RunStatement, isInTransaction: boolean): EntityManager {
  return new StatementRunner(dataSource, run, isInTransaction).manager;
}
