import { administer } from '@countersign/testing/service';

/** The clock of a database as the statements of the service read it. */
export interface SteppedClock {
  /** Sets it, in seconds from the right time. */
  set(seconds: number): Promise<void>;
}

/**
 * Puts a clock that can be set before that of PostgreSQL, in this database alone. A service that is opened before this
 * keeps the real one.
 */
export async function steppedClock(adminUrl: string): Promise<SteppedClock> {
  await administer(adminUrl, 'alter function pg_catalog.clock_timestamp() rename to unstepped_clock_timestamp');
  await administer(adminUrl, 'create table authentication.clock_step as select 0::float8 as seconds');
  await administer(adminUrl, 'grant select on authentication.clock_step to public');
  await administer(
    adminUrl,
    `create function authentication.clock_timestamp() returns timestamptz language sql volatile
     return pg_catalog.unstepped_clock_timestamp()
       + make_interval(secs => (select seconds from authentication.clock_step))`,
  );
  return {
    set: async (seconds) => {
      await administer(adminUrl, 'update authentication.clock_step set seconds = $1', [seconds]);
    },
  };
}
