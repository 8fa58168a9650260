import { type RealmProfile, realmSettings } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Realm } from './realm.js';

interface Row {
  readonly realmId: string;
  readonly name: string;
  readonly profile: RealmProfile;
  readonly settings: unknown;
  readonly createdAt: Date;
}

const realmColumns = `realm_id as "realmId", name, profile, settings, created_at as "createdAt"`;

/** Settings written by an older program lack what has been added since: defaults fill that in. */
function realmOf(row: Row): Realm {
  return {
    realmId: row.realmId,
    realm: row.name,
    profile: row.profile,
    settings: realmSettings.parse(row.settings),
    createdAt: row.createdAt.toISOString(),
  };
}

@Injectable()
export class RealmStore {
  constructor(private readonly database: Database) {}

  /** @returns the realm, or undefined when the name is or was taken */
  async insert(tx: Transaction, realm: Omit<Realm, 'createdAt'>): Promise<Realm | undefined> {
    const rows = await tx.query<Row>(
      `insert into realm (realm_id, name, profile, settings) values ($1, $2, $3, $4)
       on conflict (name) do nothing returning ${realmColumns}`,
      [realm.realmId, realm.realm, realm.profile, JSON.stringify(realm.settings)],
    );
    return rows.map(realmOf)[0];
  }

  async findByName(name: string): Promise<Realm | undefined> {
    const rows = await this.database.query<Row>(
      { name: 'realm.find_by_name', text: `select ${realmColumns} from realm where name = $1` },
      [name],
    );
    return rows.map(realmOf)[0];
  }

  /** Realms by name, after a name. */
  async page(after: string, limit: number): Promise<readonly Realm[]> {
    const rows = await this.database.query<Row>(
      `select ${realmColumns} from realm where name collate "C" > $1 order by name collate "C" limit $2`,
      [after, limit],
    );
    return rows.map(realmOf);
  }

  /** Realms that the directory has not confirmed, oldest first. */
  async findNotAdopted(limit: number): Promise<readonly Realm[]> {
    const rows = await this.database.query<Row>(
      `select ${realmColumns} from realm where adopted_at is null order by created_at limit $1`,
      [limit],
    );
    return rows.map(realmOf);
  }

  async markAdopted(realmId: string): Promise<void> {
    await this.database.query('update realm set adopted_at = now() where realm_id = $1 and adopted_at is null', [
      realmId,
    ]);
  }
}
