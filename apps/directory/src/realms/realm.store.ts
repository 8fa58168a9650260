import type { RealmSettings } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { KnownRealm } from './known-realm.js';

const find = { name: 'realm.find', text: 'select id, name, profile from directory.realm where name = $1' };

const insert = `
  insert into directory.realm (id, name, profile, settings, settings_version, required_group_keys)
  values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id`;

// Of two versions under way the row's lock lets one go first; the newer stays, whichever that is.
const change = `
  update directory.realm
  set settings = $4, settings_version = $5, required_group_keys = $6, updated_at = now()
  where id = $1 and name = $2 and profile = $3 and settings_version <= $5 returning id`;

const findSame = 'select id from directory.realm where id = $1 and name = $2 and profile = $3';

@Injectable()
export class RealmStore {
  constructor(private readonly database: Database) {}

  async find(name: string): Promise<KnownRealm | undefined> {
    const [row] = await this.database.query<KnownRealm>(find, [name]);
    return row;
  }

  /**
   * Adds the realm, or brings the settings of the same realm up to date, unless it has newer ones.
   * @param requiredGroupKeys folded names of the groups of which a user must have one
   * @returns false when another realm has the name, or this one another name or profile
   */
  async put(
    tx: Transaction,
    realm: KnownRealm,
    settings: RealmSettings,
    settingsVersion: number,
    requiredGroupKeys: readonly string[],
  ): Promise<boolean> {
    const same = [realm.id, realm.name, realm.profile];
    const values = [...same, JSON.stringify(settings), settingsVersion, requiredGroupKeys];
    if ((await tx.query(insert, values)).length > 0) return true;
    if ((await tx.query(change, values)).length > 0) return true;
    return (await tx.query(findSame, same)).length > 0;
  }
}
