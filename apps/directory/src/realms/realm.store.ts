import type { RealmProfile, RealmSettings } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

/** What of a realm never changes. */
export interface KnownRealm {
  readonly id: string;
  readonly name: string;
  readonly profile: RealmProfile;
}

const find = { name: 'realm.find', text: 'select id, name, profile from directory.realm where name = $1' };

const insert = `
  insert into directory.realm (id, name, profile, settings, required_group_keys) values ($1, $2, $3, $4, $5)
  on conflict do nothing returning id`;

const change = `
  update directory.realm set settings = $4, required_group_keys = $5, updated_at = now()
  where id = $1 and name = $2 and profile = $3 returning id`;

@Injectable()
export class RealmStore {
  constructor(private readonly database: Database) {}

  async find(name: string): Promise<KnownRealm | undefined> {
    const [row] = await this.database.query<KnownRealm>(find, [name]);
    return row;
  }

  /**
   * Adds the realm, or brings the settings of the same realm up to date.
   * @param requiredGroupKeys folded names of the groups of which a user must have one
   * @returns false when another realm has the name, or this one another name or profile
   */
  async put(
    tx: Transaction,
    realm: KnownRealm,
    settings: RealmSettings,
    requiredGroupKeys: readonly string[],
  ): Promise<boolean> {
    const values = [realm.id, realm.name, realm.profile, JSON.stringify(settings), requiredGroupKeys];
    const inserted = await tx.query(insert, values);
    if (inserted.length > 0) return true;
    return (await tx.query(change, values)).length > 0;
  }
}
