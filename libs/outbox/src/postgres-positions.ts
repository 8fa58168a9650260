import { assertPlainName, type Database, type Transaction, type UnitOfWork, unbounded } from '@countersign/persistence';
import type { PositionStore } from './position-store.js';

/** Statements that make and drop `event_position`, for a migration of the listening service. */
export function eventPositionSql(schema: string, runtimeRole: string): { up: string[]; down: string[] } {
  assertPlainName(schema);
  const table = `${schema}.event_position`;
  return {
    up: [
      `create table ${table} (
         feed text not null,
         source text not null,
         sequence bigint not null,
         constraint event_position_pkey primary key (feed, source))`,
      `grant select, insert on ${table} to ${runtimeRole}`,
      `grant update (sequence) on ${table} to ${runtimeRole}`,
    ],
    down: [`drop table ${table}`],
  };
}

/** Positions in the listener's own PostgreSQL, table `event_position`; the row's lock makes replicas take turns. */
export class PostgresPositions implements PositionStore<Transaction> {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly feed: string,
  ) {}

  async read(source: string): Promise<number> {
    const [row] = await this.database.query<{ sequence: string }>(
      'select sequence from event_position where feed = $1 and source = $2',
      [this.feed, source],
    );
    return Number(row?.sequence ?? 0);
  }

  apply(source: string, from: number, through: number, work: (tx: Transaction) => Promise<void>): Promise<number> {
    return this.unitOfWork.run(unbounded, async (tx) => {
      const found = await this.lock(tx, source, from);
      if (found !== from) return found;
      await work(tx);
      await tx.query('update event_position set sequence = $3 where feed = $1 and source = $2', [
        this.feed,
        source,
        through,
      ]);
      return through;
    });
  }

  private async lock(tx: Transaction, source: string, from: number): Promise<number> {
    if (from === 0) {
      await tx.query('insert into event_position (feed, source, sequence) values ($1, $2, 0) on conflict do nothing', [
        this.feed,
        source,
      ]);
    }
    const [row] = await tx.query<{ sequence: string }>(
      'select sequence from event_position where feed = $1 and source = $2 for update',
      [this.feed, source],
    );
    return Number(row?.sequence ?? 0);
  }
}
