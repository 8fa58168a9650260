import { Problem } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import type { Realm } from './realm.js';
import { RealmStore } from './realm.store.js';

/** The realm of a name, for every other part of this service. */
@Injectable()
export class FindRealm {
  constructor(private readonly realms: RealmStore) {}

  /** @throws Problem `realm.unknown` */
  async find(name: string): Promise<Realm> {
    const realm = await this.realms.findByName(name);
    if (realm === undefined) throw new Problem('realm.unknown', `found no realm ${name}`);
    return realm;
  }
}
