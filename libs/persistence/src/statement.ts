/** SQL with `$1` parameters. A hot statement has a name: it is then prepared once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Whatever runs one parameterised statement: the database itself, or a transaction. */
export interface Queryable {
  /** Rows of the statement; `bigint` columns arrive as strings, `timestamptz` as `Date`. */
  query<Row>(statement: string | Statement, values?: readonly unknown[]): Promise<Row[]>;
}

/** The transaction of a unit of work. All statements of a change go through it, never through the pool beside it. */
export interface Transaction extends Queryable {
  /** Runs once the commit is acknowledged, and not at all after a rollback; the same function counts once. */
  afterCommit(run: () => void): void;
}
