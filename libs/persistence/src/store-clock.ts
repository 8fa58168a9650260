import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import type { Queryable } from './transaction.js';

const read = {
  name: 'store_clock.read',
  text: 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
};

/**
 * What a process knows of the clock of its database: the last reading and the time since. It is never ahead: a reading is
 * older than its answer, and the process counts no time while its machine is paused.
 */
export class StoreClock {
  private lead = Number.NEGATIVE_INFINITY;

  constructor(private readonly database: Queryable) {}

  /** Run every second: so long a step of the database's clock is not noticed. An outage leaves the last reading. */
  async read(): Promise<void> {
    try {
      const [row] = await this.database.query<{ now: number }>(read);
      if (row !== undefined) this.lead = row.now - monotonicMs();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** At least this late it is by the database's clock, milliseconds since the epoch. */
  now(): number {
    return this.lead + monotonicMs();
  }
}
