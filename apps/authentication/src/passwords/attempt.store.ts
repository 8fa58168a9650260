import { monotonicMs, systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { Database, type Queryable } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { CredentialEntity } from './credential.entity.js';
import type { Credential } from './credential.store.js';
import { failureLimit } from './password.policy.js';

/** One check of a password: under way from `begin` until it passes, fails or is withdrawn. */
export interface Attempt {
  readonly attemptId: string;
  /** Of the user. */
  readonly id: string;
}

export interface OpenAttempt extends Attempt {
  readonly credential: Credential;
}

/**
 * How an attempt has ended: the consecutive failures after it; `ended`: its time was over before, and its place may be
 * another's; `deleted`: the user has no password any more.
 */
export type Ending = number | 'ended' | 'deleted';

/** The attempts that have not ended, and when each ends by itself. */
const underWaySql = `from jsonb_each(open_attempts) as open (attempt, ends_at)
  where ends_at::float8 > extract(epoch from clock_timestamp())`;

/**
 * Failures and attempts under way, apart from each other: only failures lock a user, and together they are never more
 * than the limit. So no more passwords are checked than may still be wrong, however many come at once. An attempt whose
 * process died ends by the clock of the database. Each move is one conditional statement.
 */
@Injectable()
export class AttemptStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes a place for one check.
   * @param deadlineAt of the asker
   * @returns undefined where there is no such credential, or no place for one more
   */
  async begin(id: string, deadlineAt: number): Promise<OpenAttempt | undefined> {
    const attemptId = uuidv7(systemClock, systemRandomness);
    const seconds = Math.max(0, Math.min(deadlineAt - monotonicMs(), LONGEST_ASK_MS)) / 1_000 + RUN_ON_SECONDS;
    const [credential] = await this.database.query<Credential>(
      {
        name: 'credential.begin_attempt',
        text: `
          update credential set open_attempts =
            (select coalesce(jsonb_object_agg(attempt, ends_at), '{}') ${underWaySql})
            || jsonb_build_object($3::text, extract(epoch from clock_timestamp()) + $4::float8)
          where id = $1 and consecutive_failures + (select count(*) ${underWaySql}) < $2
          returning sealed_password_hash as "sealedPasswordHash", version,
            consecutive_failures as "consecutiveFailures", locked_at as "lockedAt"`,
      },
      [id, failureLimit, attemptId, seconds],
    );
    return credential === undefined ? undefined : { attemptId, id, credential };
  }

  /** The password was right: failures count from none again. */
  pass(attempt: Attempt): Promise<Ending> {
    return this.end(this.database, attempt, 'consecutive_failures = 0');
  }

  /** The password was wrong. @returns the consecutive failures with this one */
  fail(attempt: Attempt, tx: Queryable = this.database): Promise<Ending> {
    return this.end(tx, attempt, 'consecutive_failures = consecutive_failures + 1');
  }

  /** Nothing was checked, or only what had been checked before. */
  async withdraw(attempt: Attempt): Promise<void> {
    await this.end(this.database, attempt, 'consecutive_failures = consecutive_failures');
  }

  /** The directory knows that the user is locked. */
  async noteLocked(id: string): Promise<void> {
    const unmarked = { id, lockedAt: IsNull() };
    await this.database.repository(CredentialEntity).update(unmarked, { lockedAt: () => 'now()' });
  }

  /** An operator has ended the lock that was noted then: failures count from none again. A newer lock stands. */
  async forgetLock(id: string, lockedAt: Date): Promise<void> {
    const unlocked = { consecutiveFailures: 0, lockedAt: null };
    await this.database.repository(CredentialEntity).update({ id, lockedAt }, unlocked);
  }

  private async end(tx: Queryable, { attemptId, id }: Attempt, failuresSql: string): Promise<Ending> {
    const [row] = await tx.query<{ failures: number }>(
      `update credential set open_attempts = open_attempts - $2::text, ${failuresSql}
       where id = $1 and open_attempts ? $2 returning consecutive_failures as failures`,
      [id, attemptId],
    );
    if (row !== undefined) return row.failures;
    return (await tx.repository(CredentialEntity).existsBy({ id })) ? 'ended' : 'deleted';
  }
}

/** An ask waits no longer for its answer. */
const LONGEST_ASK_MS = 60_000;
/** How long a check that began in time, and the transaction that counts it, may run on after the asker's deadline. */
const RUN_ON_SECONDS = 30;
