import type { countUsers, ReplyOf, RequestOf } from '@countersign/contracts';
import { FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { UserListStore } from './user-list.store.js';

/** Counts the users of a realm, one by one: it takes the longer the more there are. */
@Injectable()
export class CountUsers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserListStore,
  ) {}

  async run({ realm: name }: RequestOf<typeof countUsers>): Promise<ReplyOf<typeof countUsers>> {
    const realm = await this.findRealm.find(name);
    return { users: await this.users.count(realm.id) };
  }
}
