import type { Permission, RealmProfile } from '@countersign/contracts';
import { Database, type Queryable, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { ApplicationEntity, ApplicationKeyEntity } from './application.entity.js';
import { type ApplicationPlace, type ApplicationView, applicationIdOf, type SealedCredential } from './application.js';

interface ViewRow {
  readonly applicationId: string;
  readonly realm: string;
  readonly name: string;
  readonly permissions: Permission[];
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
  /** Instants as JSON of PostgreSQL writes them, with microseconds. */
  readonly keys: readonly {
    readonly keyVersion: number;
    readonly createdAt: string;
    readonly expiresAt: string | null;
  }[];
}

interface CredentialRow {
  readonly applicationId: string;
  readonly version: number;
  readonly permissions: Permission[];
  readonly disabledAt: Date | null;
  readonly realm: string;
  readonly realmId: string;
  readonly profile: RealmProfile;
  readonly settings: unknown;
  readonly keyVersion: number | null;
  readonly sealedKey: Buffer | null;
}

const viewColumns = `
  application.application_id as "applicationId", realm.name as realm, application.name, application.permissions,
  application.disabled_at as "disabledAt", application.created_at as "createdAt",
  coalesce((
    select json_agg(json_build_object(
      'keyVersion', key.key_version, 'createdAt', key.created_at, 'expiresAt', key.expires_at)
      order by key.key_version desc)
    from application_key key
    where key.application_id = application.application_id and application.disabled_at is null
      and (key.expires_at is null or key.expires_at > clock_timestamp())), '[]') as keys`;
const fromViewSql = `from application join realm on realm.realm_id = application.realm_id and application.deleted_at is null`;

function viewOf(row: ViewRow): ApplicationView {
  return {
    applicationId: applicationIdOf(row.applicationId),
    realm: row.realm,
    name: row.name,
    permissions: row.permissions,
    isDisabled: row.disabledAt !== null,
    keys: row.keys.map((key) => ({
      keyVersion: key.keyVersion,
      createdAt: new Date(key.createdAt).toISOString(),
      ...(key.expiresAt !== null && { expiresAt: new Date(key.expiresAt).toISOString() }),
    })),
    createdAt: row.createdAt.toISOString(),
  };
}

/**
 * Most is SQL by hand: an application is nothing without its realm, which is read by join and locked against changes of
 * its settings, and what a gateway asks for is read in batches with the keys that live by the database's clock.
 */
@Injectable()
export class ApplicationStore {
  constructor(private readonly database: Database) {}

  async insert(
    tx: Transaction,
    application: Omit<ApplicationPlace, 'realm'> & {
      readonly name: string;
      readonly permissions: readonly Permission[];
    },
  ): Promise<void> {
    // for share: a change of the realm's settings that is under way has not met this application's version
    await tx.query(
      `insert into application (application_id, realm_id, name, permissions)
       select $1::text::uuid, realm_id, $3, $4 from realm where realm_id = $2 for share`,
      [application.applicationId, application.realmId, application.name, application.permissions],
    );
  }

  /** Takes the row's lock, so that changes of one application follow each other. */
  async lock(
    tx: Transaction,
    applicationId: string,
  ): Promise<(ApplicationPlace & { readonly isDisabled: boolean }) | undefined> {
    const [row] = await tx.query<ApplicationPlace & { readonly isDisabled: boolean }>(
      `select $1::text as "applicationId", application.realm_id as "realmId", realm.name as realm,
         application.disabled_at is not null as "isDisabled"
       ${fromViewSql} where application.application_id = $1::text::uuid for update of application`,
      [applicationId],
    );
    return row;
  }

  /** Makes every copy that a gateway holds of the application, or of all of a realm, an old one. */
  async raiseVersions(tx: Transaction, of: { applicationId: string } | { realmId: string }): Promise<void> {
    await tx.repository(ApplicationEntity).increment(of, 'version', 1);
  }

  async disable(tx: Transaction, applicationId: string): Promise<void> {
    await tx
      .repository(ApplicationEntity)
      .update({ applicationId, disabledAt: IsNull() }, { disabledAt: () => 'now()', version: () => 'version + 1' });
  }

  async enable(tx: Transaction, applicationId: string): Promise<void> {
    await tx
      .repository(ApplicationEntity)
      .update({ applicationId }, { disabledAt: null, version: () => 'version + 1' });
  }

  /** No query of this store finds it from now on. To claims it is disabled. */
  async delete(tx: Transaction, applicationId: string): Promise<void> {
    const ended = { disabledAt: () => 'coalesce(disabled_at, now())', deletedAt: () => 'now()' };
    await tx.repository(ApplicationEntity).update({ applicationId }, { ...ended, version: () => 'version + 1' });
    await tx.repository(ApplicationKeyEntity).delete({ applicationId });
  }

  async findView(queryable: Queryable, applicationId: string): Promise<ApplicationView | undefined> {
    const rows = await queryable.query<ViewRow>(
      `select ${viewColumns} ${fromViewSql} where application.application_id = $1`,
      [applicationId],
    );
    return rows.map(viewOf)[0];
  }

  /** Views by id, after an id, of one realm or of all. */
  async page(
    realmId: string | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<readonly ApplicationView[]> {
    const rows = await this.database.query<ViewRow>(
      `select ${viewColumns} ${fromViewSql}
       where ($1::uuid is null or application.realm_id = $1) and ($2::uuid is null or application.application_id > $2)
       order by application.application_id limit $3`,
      [realmId ?? null, after ?? null, limit],
    );
    return rows.map(viewOf);
  }

  /** Where applications live; unknown ones are missing. */
  async findPlaces(applicationIds: readonly string[]): Promise<readonly ApplicationPlace[]> {
    const rows = await this.database.query<ApplicationPlace>(
      `select application.application_id as "applicationId", application.realm_id as "realmId", realm.name as realm
       ${fromViewSql} where application.application_id = any ($1::uuid[])`,
      [applicationIds],
    );
    return rows.map((row) => ({ ...row, applicationId: applicationIdOf(row.applicationId) }));
  }

  /** Applications with their live keys, by id. */
  async findCredentials(applicationIds: readonly string[]): Promise<ReadonlyMap<string, SealedCredential>> {
    const rows = await this.database.query<CredentialRow>(
      {
        name: 'application.find_credentials',
        text: `
          select application.application_id as "applicationId", application.version, application.permissions,
            application.disabled_at as "disabledAt", realm.name as realm, realm.realm_id as "realmId", realm.profile,
            realm.settings, key.key_version as "keyVersion", key.sealed_key as "sealedKey"
          ${fromViewSql}
          left join application_key key on key.application_id = application.application_id
            and (key.expires_at is null or key.expires_at > clock_timestamp())
          where application.application_id = any ($1::uuid[])
          order by application.application_id, key.key_version desc`,
      },
      [applicationIds],
    );
    const found = new Map<string, SealedCredential>();
    for (const { keyVersion, sealedKey, disabledAt, ...row } of rows) {
      const applicationId = applicationIdOf(row.applicationId);
      const keys = keyVersion === null || sealedKey === null ? [] : [{ keyVersion, sealedKey }];
      const known = found.get(applicationId)?.keys ?? [];
      found.set(applicationId, { ...row, applicationId, isDisabled: disabledAt !== null, keys: [...known, ...keys] });
    }
    return found;
  }
}
