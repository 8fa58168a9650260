import { listRealms, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { RealmStore } from './realm.store.js';

/** Realms by name; the cursor is the last name. */
@Controller()
export class ListRealms {
  constructor(private readonly realms: RealmStore) {}

  @Handles(listRealms)
  async list({ after, limit }: RequestOf<typeof listRealms>): Promise<ReplyOf<typeof listRealms>> {
    const found = await this.realms.page(after ?? '', limit + 1);
    const realms = found.slice(0, limit);
    const last = realms.at(-1);
    return { realms: [...realms], ...(found.length > limit && last !== undefined && { next: last.realm }) };
  }
}
