import { Database, type Transaction } from '@countersign/persistence';
import { type SealedValue, sealedColumn } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import { ApplicationKeyEntity } from './application.entity.js';

/** Application keys, by application and version. */
export const applicationKeys = sealedColumn({
  table: 'application_key',
  column: 'sealed_key',
  key: { application_id: 'uuid', key_version: 'integer' },
});

@Injectable()
export class ApplicationKeyStore {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, applicationId: string, keyVersion: number, key: SealedValue): Promise<void> {
    const row = { applicationId, keyVersion, sealedKey: key.sealed, sealingKeyId: key.keyId };
    await tx.repository(ApplicationKeyEntity).insert(row);
  }

  /** The number that comes next; the application's row must be locked. */
  async nextVersion(tx: Transaction, applicationId: string): Promise<number> {
    return ((await tx.repository(ApplicationKeyEntity).maximum('keyVersion', { applicationId })) ?? 0) + 1;
  }

  /**
   * Lets no key of the application live for longer than `overlapSeconds` from now. SQL by hand: the database's clock
   * decides, once for all keys. @returns when that is
   */
  async expireAll(tx: Transaction, applicationId: string, overlapSeconds: number): Promise<Date> {
    const [row] = await tx.query<{ expiresAt: Date }>(
      `with ending as (select now() + make_interval(secs => $2::integer) as expires_at), ended as (
         update application_key key set expires_at = ending.expires_at from ending
         where key.application_id = $1 and (key.expires_at is null or key.expires_at > ending.expires_at))
       select expires_at as "expiresAt" from ending`,
      [applicationId, overlapSeconds],
    );
    if (row === undefined) throw new Error('expiring keys answered no row');
    return row.expiresAt;
  }

  async findSealed(applicationId: string, keyVersion: number): Promise<Buffer | undefined> {
    return (await this.database.repository(ApplicationKeyEntity).findOneBy({ applicationId, keyVersion }))?.sealedKey;
  }
}
