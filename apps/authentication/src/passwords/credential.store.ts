import { Database, type Queryable, type Transaction } from '@countersign/persistence';
import type { Binding } from '@countersign/sealing';
import { Injectable } from '@nestjs/common';
import type { SealedValue } from '../key-ring/sealer.js';

/** Where a sealed password hash belongs. */
export function credentialBinding(id: string): Binding {
  return { table: 'credential', row: id, column: 'sealed_password_hash' };
}

/** A credential as a check finds it. */
export interface Credential {
  readonly sealedPasswordHash: Buffer;
  readonly version: number;
  readonly consecutiveFailures: number;
  readonly lockedAt: Date | null;
}

/** An id that may or may not have become a user. */
export interface Reservation {
  readonly id: string;
  readonly realmId: string;
  readonly realm: string;
}

const credentialColumns = `sealed_password_hash as "sealedPasswordHash", version,
  consecutive_failures as "consecutiveFailures", locked_at as "lockedAt"`;

@Injectable()
export class CredentialStore {
  constructor(private readonly database: Database) {}

  /** Keeps a password for a user to be. */
  async reserve(tx: Transaction, id: string, realmId: string, hash: SealedValue): Promise<void> {
    await tx.query(
      `insert into credential (id, realm_id, sealed_password_hash, sealing_key_id, reserved_at)
       values ($1, $2, $3, $4, now())`,
      [id, realmId, hash.sealed, hash.keyId],
    );
  }

  async findStage(id: string): Promise<'reserved' | 'confirmed' | 'released'> {
    const [row] = await this.database.query<{ isReserved: boolean }>(
      'select reserved_at is not null as "isReserved" from credential where id = $1',
      [id],
    );
    if (row === undefined) return 'released';
    return row.isReserved ? 'reserved' : 'confirmed';
  }

  /** The directory has the user. @returns false when that was known */
  async confirm(tx: Transaction, id: string): Promise<boolean> {
    const rows = await tx.query(
      'update credential set reserved_at = null where id = $1 and reserved_at is not null returning 1',
      [id],
    );
    return rows.length > 0;
  }

  /** The directory will never have the user. */
  async release(id: string): Promise<void> {
    await this.database.query('delete from credential where id = $1 and reserved_at is not null', [id]);
  }

  async findReservations(olderThanSeconds: number, limit: number): Promise<readonly Reservation[]> {
    return this.database.query<Reservation>(
      `select credential.id, credential.realm_id as "realmId", realm.name as realm
       from credential join realm on realm.realm_id = credential.realm_id
       where credential.reserved_at < now() - make_interval(secs => $1::integer)
       order by credential.reserved_at limit $2`,
      [olderThanSeconds, limit],
    );
  }

  async find(id: string): Promise<Credential | undefined> {
    const [row] = await this.database.query<Credential>(`select ${credentialColumns} from credential where id = $1`, [
      id,
    ]);
    return row;
  }

  /**
   * Counts an attempt before it is checked, so that however many come at once, no more than `limit` are checked.
   * @returns the credential, or undefined when there is none or the limit is reached
   */
  async beginAttempt(id: string, limit: number): Promise<Credential | undefined> {
    const [row] = await this.database.query<Credential>(
      {
        name: 'credential.begin_attempt',
        text: `
          update credential set consecutive_failures = consecutive_failures + 1
          where id = $1 and consecutive_failures < $2 returning ${credentialColumns}`,
      },
      [id, limit],
    );
    return row;
  }

  /** Takes back an attempt that was never checked. */
  async withdrawAttempt(id: string): Promise<void> {
    await this.database.query(
      'update credential set consecutive_failures = consecutive_failures - 1 where id = $1 and consecutive_failures > 0',
      [id],
    );
  }

  /** An attempt passed, or the operator has unlocked the user: failures count from none again. */
  async forgetFailures(id: string): Promise<void> {
    await this.database.query('update credential set consecutive_failures = 0, locked_at = null where id = $1', [id]);
  }

  /** The directory knows that the user is locked. */
  async noteLocked(id: string): Promise<void> {
    await this.database.query('update credential set locked_at = now() where id = $1 and locked_at is null', [id]);
  }

  /** The same password under other parameters, unless it is another password by now. */
  async replaceHash(id: string, version: number, hash: SealedValue): Promise<void> {
    await this.database.query(
      'update credential set sealed_password_hash = $3, sealing_key_id = $4 where id = $1 and version = $2',
      [id, version, hash.sealed, hash.keyId],
    );
  }

  /** A new password in place of the one that was checked. @returns false when that is not the password any more */
  async change(tx: Queryable, id: string, version: number, hash: SealedValue): Promise<boolean> {
    const rows = await tx.query(
      `update credential set sealed_password_hash = $3, sealing_key_id = $4, version = version + 1,
         consecutive_failures = 0, locked_at = null, changed_at = now()
       where id = $1 and version = $2 returning 1`,
      [id, version, hash.sealed, hash.keyId],
    );
    return rows.length > 0;
  }

  /** A new password, whatever there was before. */
  async set(tx: Transaction, id: string, realmId: string, hash: SealedValue): Promise<void> {
    await tx.query(
      `insert into credential as known (id, realm_id, sealed_password_hash, sealing_key_id) values ($1, $2, $3, $4)
       on conflict (id) do update set sealed_password_hash = excluded.sealed_password_hash,
         sealing_key_id = excluded.sealing_key_id, version = known.version + 1,
         consecutive_failures = 0, locked_at = null, changed_at = now()`,
      [id, realmId, hash.sealed, hash.keyId],
    );
  }
}
