import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

export interface NewGroup {
  readonly id: string;
  readonly realmId: string;
  readonly name: string;
  readonly groupKey: string;
}

/** Ids of the two sides of a membership; `null` where there is none. */
export interface MembershipSides {
  readonly userUuid: string | null;
  readonly groupUuid: string | null;
}

const insert = `
  insert into directory.group (id, realm_id, name, group_key) values ($1, $2, $3, $4)
  on conflict (realm_id, group_key) do nothing returning id`;

const findSides = `
  select (select id from directory.user where realm_id = $1 and user_key = $2) as "userUuid",
    (select id from directory.group where realm_id = $1 and group_key = $3) as "groupUuid"`;

const addMember = `
  insert into directory.membership (user_uuid, group_uuid, realm_id) values ($1, $2, $3)
  on conflict do nothing returning user_uuid`;

@Injectable()
export class GroupStore {
  /** Answers false when the realm has a group of this name as compared. */
  async insert(tx: Transaction, group: NewGroup): Promise<boolean> {
    return (await tx.query(insert, [group.id, group.realmId, group.name, group.groupKey])).length > 0;
  }

  async findSides(tx: Transaction, realmId: string, userKey: string, groupKey: string): Promise<MembershipSides> {
    const [sides] = await tx.query<MembershipSides>(findSides, [realmId, userKey, groupKey]);
    return sides ?? { userUuid: null, groupUuid: null };
  }

  /** Answers false when the user is in the group already. */
  async addMember(tx: Transaction, realmId: string, userUuid: string, groupUuid: string): Promise<boolean> {
    return (await tx.query(addMember, [userUuid, groupUuid, realmId])).length > 0;
  }
}
