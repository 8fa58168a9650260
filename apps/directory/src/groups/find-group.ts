import { foldName, Problem } from '@countersign/contracts';
import { FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { type GroupRow, GroupStore } from './group.store.js';

/** From the names of a realm and of a group to the group. */
@Injectable()
export class FindGroup {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly groups: GroupStore,
  ) {}

  /** @throws Problem `realm.unknown`, `group.unknown` */
  async run(request: { readonly realm: string; readonly group: string }): Promise<GroupRow> {
    const realm = await this.findRealm.find(request.realm);
    const group = await this.groups.find(realm.id, foldName(request.group));
    if (group === undefined) throw new Problem('group.unknown');
    return group;
  }
}
