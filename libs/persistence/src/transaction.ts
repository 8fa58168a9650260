import type { Problem } from '@countersign/contracts';
import type { EntityTarget, ObjectLiteral, Repository } from 'typeorm';

/** SQL with `$1` parameters. A hot statement has a name: it is then prepared once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What runs statements: the database itself, or a transaction. */
export interface Queryable {
  /** Rows of the statement; `bigint` columns arrive as strings, `timestamptz` as `Date`. */
  query<Row>(statement: string | Statement, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * TypeORM's repository of an entity, for plain work: find, count, insert, update, delete by key. Its statements run
   * as those of `query` do, with the same faults. `save` and whatever else takes several statements needs a transaction.
   */
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity>;
}

/** The transaction of a unit of work. All statements of a change go through it, never through the pool beside it. */
export interface Transaction extends Queryable {
  /** Runs once the commit is acknowledged, and not at all after a rollback; the same function counts once. */
  afterCommit(run: () => void): void;
}

/** Until when a change may take effect. */
export interface TimeBound {
  /** Milliseconds since the epoch by the clock of this database. Later the transaction refuses to commit. */
  readonly notAfter: number;
}

/** For what no asker waits for: jobs of the service, reads, and what completes a change that has taken effect. */
export const unbounded: TimeBound = Object.freeze({ notAfter: Number.POSITIVE_INFINITY });

/** A refusal that commits what was counted or noted while refusing. */
export class Refused {
  constructor(readonly problem: Problem) {}
}

/**
 * Makes what a unit of work returns to refuse and still commit (a failed attempt that has to count, and its event). A
 * thrown `Problem` rolls everything back.
 */
export function refuse(problem: Problem): Refused {
  return new Refused(problem);
}
