import { listRealms, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { readPage } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import type { Realm } from './realm.js';
import { RealmStore } from './realm.store.js';

/** Realms by name; the cursor is the last name. A page ends before `limit` where the settings of its realms are long. */
@Controller()
export class ListRealms {
  constructor(private readonly realms: RealmStore) {}

  @Handles(listRealms)
  async list({ after, limit }: RequestOf<typeof listRealms>): Promise<ReplyOf<typeof listRealms>> {
    const { rows, fitting } = await readPage(
      limit,
      (last: Realm | undefined, most) => this.realms.page(last?.realm ?? after ?? '', most),
      (realm) => Buffer.byteLength(JSON.stringify(realm)),
    );
    const realms = rows.slice(0, fitting);
    const last = realms.at(-1);
    return { realms, ...(rows.length > fitting && last !== undefined && { next: last.realm }) };
  }
}
