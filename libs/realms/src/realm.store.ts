import type { RealmSettings } from '@countersign/contracts';
import type { Database, Transaction } from '@countersign/persistence';
import type { KnownRealm } from './known-realm.js';
import type { RealmColumns } from './realm-columns.js';

const find = { name: 'realm.find', text: 'select id, name, profile from realm where name = $1' };

const findSame = 'select from realm where id = $1 and name = $2 and profile = $3';

/** SQL by hand: which of two settings of one realm stays is decided by the statement, and columns differ by service. */
export class RealmStore {
  private readonly insert: string;
  private readonly change: string;

  constructor(
    private readonly database: Database,
    private readonly columns: RealmColumns,
  ) {
    const derived = Object.keys(columns);
    const names = ['id', 'name', 'profile', 'settings', 'settings_version', ...derived];
    const namesSql = names.join(', ');
    const valuesSql = names.map((_, index) => `$${index + 1}`).join(', ');
    const derivedSql = derived.map((name, index) => `${name} = $${index + 6}, `).join('');
    this.insert = `insert into realm (${namesSql}) values (${valuesSql}) on conflict do nothing returning id`;
    // Of two versions under way the row's lock lets one go first; the newer stays, whichever that is.
    this.change = `
      update realm set settings = $4, settings_version = $5, ${derivedSql} updated_at = now()
      where id = $1 and name = $2 and profile = $3 and settings_version <= $5 returning id`;
  }

  async find(name: string): Promise<KnownRealm | undefined> {
    const [row] = await this.database.query<KnownRealm>(find, [name]);
    return row;
  }

  /**
   * Adds the realm, or brings the settings of the same realm up to date, unless it has newer ones.
   * @returns false when another realm has the name, or this one another name or profile
   */
  async put(
    tx: Transaction,
    { id, name, profile }: KnownRealm,
    settings: RealmSettings,
    settingsVersion: number,
  ): Promise<boolean> {
    const same = [id, name, profile];
    const derived = Object.values(this.columns).map(({ derive }) => derive(settings));
    const values = [...same, JSON.stringify(settings), settingsVersion, ...derived];
    if ((await tx.query(this.insert, values)).length > 0) return true;
    if ((await tx.query(this.change, values)).length > 0) return true;
    return (await tx.query(findSame, same)).length > 0;
  }
}
