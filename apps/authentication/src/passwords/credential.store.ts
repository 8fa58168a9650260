import { Database, type Queryable, type Transaction } from '@countersign/persistence';
import { type SealedValue, sealedColumn } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import { Any } from 'typeorm';
import { CredentialEntity } from './credential.entity.js';

/** Password hashes, by user. */
export const passwordHashes = sealedColumn({
  table: 'credential',
  column: 'sealed_password_hash',
  key: { id: 'uuid' },
});

/** A credential as a check finds it. */
export interface Credential {
  readonly sealedPasswordHash: Buffer;
  readonly version: number;
  readonly consecutiveFailures: number;
  readonly lockedAt: Date | null;
}

/** A sealed password hash and the id of its user. */
export interface NewCredential {
  readonly id: string;
  readonly hash: SealedValue;
}

/** SQL by hand is what decides between those who act at once (a change, a hold, a drop) and what takes many at a time. */
@Injectable()
export class CredentialStore {
  constructor(private readonly database: Database) {}

  /** Keeps passwords for users to be. */
  async insert(tx: Transaction, realmId: string, credentials: readonly NewCredential[]): Promise<void> {
    await tx.query(
      {
        name: 'credential.insert',
        text: `
          insert into credential (id, realm_id, sealed_password_hash, sealing_key_id)
          select id, $1, hash, key_id from unnest($2::uuid[], $3::bytea[], $4::text[]) as kept (id, hash, key_id)`,
      },
      [realmId, ...columnsOf(credentials)],
    );
  }

  /** Deletes passwords under ids that are no users. @returns the ids that had one */
  async drop(tx: Transaction, ids: readonly string[]): Promise<readonly string[]> {
    const rows = await tx.query<{ id: string }>('delete from credential where id = any ($1::uuid[]) returning id', [
      ids,
    ]);
    return rows.map(({ id }) => id);
  }

  /** Those of `ids` that have a password. Their passwords cannot be deleted before the transaction ends. */
  async hold(tx: Transaction, ids: readonly string[]): Promise<readonly string[]> {
    const rows = await tx.query<{ id: string }>(
      'select id from credential where id = any ($1::uuid[]) order by id for key share',
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  /** The same, with the sealed hashes. Changes of these passwords wait for the transaction. */
  async holdSealed(
    tx: Transaction,
    realmId: string,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly sealedPasswordHash: Buffer }[]> {
    return tx.query(
      `select id, sealed_password_hash as "sealedPasswordHash" from credential
       where realm_id = $1 and id = any ($2::uuid[]) order by id for no key update`,
      [realmId, ids],
    );
  }

  /** Sealed hashes of those of `ids` that have a password in the realm. */
  async findSealed(
    tx: Transaction,
    realmId: string,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly sealedPasswordHash: Buffer }[]> {
    return tx.repository(CredentialEntity).find({
      select: { id: true, sealedPasswordHash: true },
      where: { realmId, id: Any(ids) },
      order: { id: 'ASC' },
    });
  }

  async find(id: string): Promise<Credential | undefined> {
    return (await this.database.repository(CredentialEntity).findOneBy({ id })) ?? undefined;
  }

  /** The same password under other parameters, unless it is another password by now. */
  async replaceHash(id: string, version: number, hash: SealedValue): Promise<void> {
    const kept = { sealedPasswordHash: hash.sealed, sealingKeyId: hash.keyId };
    await this.database.repository(CredentialEntity).update({ id, version }, kept);
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

  /** New passwords, whatever there was before. @returns the ids that had none */
  async set(tx: Transaction, realmId: string, credentials: readonly NewCredential[]): Promise<readonly string[]> {
    const rows = await tx.query<{ id: string; isNew: boolean }>(
      {
        name: 'credential.set',
        text: `
          insert into credential as known (id, realm_id, sealed_password_hash, sealing_key_id)
          select id, $1, hash, key_id from unnest($2::uuid[], $3::bytea[], $4::text[]) as given (id, hash, key_id)
          order by id
          on conflict (id) do update set sealed_password_hash = excluded.sealed_password_hash,
            sealing_key_id = excluded.sealing_key_id, version = known.version + 1,
            consecutive_failures = 0, locked_at = null, changed_at = now()
          returning id, xmax = 0 as "isNew"`,
      },
      [realmId, ...columnsOf(credentials)],
    );
    return rows.filter(({ isNew }) => isNew).map(({ id }) => id);
  }
}

function columnsOf(credentials: readonly NewCredential[]): readonly unknown[] {
  return [
    credentials.map(({ id }) => id),
    credentials.map(({ hash }) => hash.sealed),
    credentials.map(({ hash }) => hash.keyId),
  ];
}
