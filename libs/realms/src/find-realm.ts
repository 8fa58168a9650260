import { Problem } from '@countersign/contracts';
import type { KnownRealm } from './known-realm.js';
import type { RealmStore } from './realm.store.js';

/**
 * From a realm's name to its id and profile. Both are fixed when the realm is made and a name is never given again, so
 * that what was found once is kept; settings do change and are always read with the row that they judge.
 */
export class FindRealm {
  private readonly found = new Map<string, KnownRealm>();

  constructor(private readonly realms: RealmStore) {}

  /** @throws Problem `realm.unknown`; an unknown name is not remembered, since it may be made any moment */
  async find(name: string): Promise<KnownRealm> {
    const known = this.found.get(name);
    if (known !== undefined) return known;
    const realm = await this.realms.find(name);
    if (realm === undefined) throw new Problem('realm.unknown');
    this.found.set(name, realm);
    return realm;
  }
}
