import { keptRealmSettings, type RealmKeeper, type RealmSettings } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { RealmEntity } from './realm.entity.js';
import type { Realm } from './realm.js';

const realmColumns = `
  realm_id as "realmId", name, spelled_as as "spelledAs", profile, settings, settings_version as "settingsVersion", created_at as "createdAt"`;

/**
 * Settings written by an older program lack what has been added since: defaults fill that in. What a newer one has added
 * is kept, so that it stays when this one saves, and reaches the services that keep realms.
 */
function realmOf(row: RealmEntity): Realm {
  return {
    realmId: row.realmId,
    realm: row.name,
    spelledAs: row.spelledAs,
    profile: row.profile,
    settings: keptRealmSettings.parse(row.settings),
    settingsVersion: row.settingsVersion,
    createdAt: row.createdAt.toISOString(),
  };
}

/**
 * SQL by hand is what every request for a password reads (`findByName`), what decides between two at once (`insert`,
 * `markAdopted`), and lists: those of names are ordered by their bytes.
 */
@Injectable()
export class RealmStore {
  constructor(private readonly database: Database) {}

  /** @returns the realm, or undefined when the name is or was taken */
  async insert(tx: Transaction, realm: Omit<Realm, 'settingsVersion' | 'createdAt'>): Promise<Realm | undefined> {
    const rows = await tx.query<RealmEntity>(
      `insert into realm (realm_id, name, spelled_as, profile, settings) values ($1, $2, $3, $4, $5)
       on conflict (name) do nothing returning ${realmColumns}`,
      [realm.realmId, realm.realm, realm.spelledAs, realm.profile, JSON.stringify(realm.settings)],
    );
    return rows.map(realmOf)[0];
  }

  async findByName(name: string): Promise<Realm | undefined> {
    const rows = await this.database.query<RealmEntity>(
      { name: 'realm.find_by_name', text: `select ${realmColumns} from realm where name = $1` },
      [name],
    );
    return rows.map(realmOf)[0];
  }

  /** Realms by name, after a name. */
  async page(after: string, limit: number): Promise<readonly Realm[]> {
    const rows = await this.database.query<RealmEntity>(
      `select ${realmColumns} from realm where name collate "C" > $1 order by name collate "C" limit $2`,
      [after, limit],
    );
    return rows.map(realmOf);
  }

  /** Takes the row's lock, so that changes of one realm, and applications that come to it, follow each other. */
  async lock(tx: Transaction, name: string): Promise<Realm | undefined> {
    const lock = { mode: 'for_no_key_update' } as const;
    const row = await tx.repository(RealmEntity).findOne({ where: { name }, lock });
    return row === null ? undefined : realmOf(row);
  }

  /**
   * Saves settings of a realm that is locked. The services that keep realms are not known to have them until
   * {@link markAdopted}.
   */
  async saveSettings(tx: Transaction, realm: Realm, settings: RealmSettings): Promise<Realm> {
    const settingsVersion = realm.settingsVersion + 1;
    await tx.repository(RealmEntity).update({ realmId: realm.realmId }, { settings, settingsVersion });
    return { ...realm, settings, settingsVersion };
  }

  /** Realms that a service has not confirmed as they are, oldest first. */
  async findNotAdopted(service: RealmKeeper, limit: number): Promise<readonly Realm[]> {
    const rows = await this.database.query<RealmEntity>(
      `select ${realmColumns} from realm where not exists (
         select from realm_adoption adoption where adoption.realm_id = realm.realm_id and adoption.service = $1
           and adoption.settings_version = realm.settings_version)
       order by created_at limit $2`,
      [service, limit],
    );
    return rows.map(realmOf);
  }

  /** The service has the settings of this version; nothing changes when it is known to have newer ones. */
  async markAdopted({ realmId, settingsVersion }: Realm, service: RealmKeeper): Promise<void> {
    await this.database.query(
      `insert into realm_adoption (realm_id, service, settings_version) values ($1, $2, $3)
       on conflict (realm_id, service) do update set settings_version = excluded.settings_version
       where realm_adoption.settings_version < excluded.settings_version`,
      [realmId, service, settingsVersion],
    );
  }
}
