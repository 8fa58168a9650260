import { countUsers, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { UserListStore } from './user-list.store.js';

/** Counts the users of a realm, one by one: it takes the longer the more there are. */
@Controller()
export class CountUsers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserListStore,
  ) {}

  @Handles(countUsers)
  async count({ realm: name }: RequestOf<typeof countUsers>): Promise<ReplyOf<typeof countUsers>> {
    const realm = await this.findRealm.find(name);
    return { users: await this.users.count(realm.id) };
  }
}
