import type { RealmSettings } from '@countersign/contracts';

/** A column that a service derives from the settings of a realm, for its own statements. */
export interface RealmColumn {
  /** Type and constraints, as `create table` takes them. */
  readonly sql: string;
  readonly derive: (settings: RealmSettings) => unknown;
}

/** By name. */
export type RealmColumns = Readonly<Record<string, RealmColumn>>;
