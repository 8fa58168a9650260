import { Database, type Transaction, violatesUnique } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { NameLock } from '../names/name-lock.js';
import { GroupEntity } from './group.entity.js';

export interface NewGroup {
  readonly id: string;
  readonly name: string;
  readonly groupKey: string;
}

/** A group as it is shown. */
export type GroupRow = Pick<GroupEntity, 'id' | 'name' | 'groupKey' | 'createdAt'>;
export type GroupIdentity = Pick<GroupRow, 'id' | 'name'>;

/** The part of a realm's groups, by folded name, that a page is cut from. */
export interface GroupRange {
  readonly from: string;
  /** Exclusive. */
  readonly end: string;
  /** Exclusive: the last group of the page before. */
  readonly after: string | undefined;
}

// In the order of the names, so that two who make the same groups cannot wait for each other.
const insert = `
  insert into directory.group (id, realm_id, name, group_key)
  select wanted.id, $1, wanted.name, wanted.group_key
  from unnest($2::uuid[], $3::text[], $4::text[]) as wanted (id, name, group_key) order by wanted.group_key collate "C"
  on conflict (realm_id, group_key) where deleted_at is null do nothing returning id`;

/** One descent of the unique index a name: see `ProfileStore`. */
const findIds = {
  name: 'group.ids',
  text: `
    select found.id, found.group_key as "groupKey" from unnest($2::text[]) as wanted (group_key)
    cross join lateral (
      select id, group_key from directory.group
      where realm_id = $1 and group_key = wanted.group_key and deleted_at is null limit 1
    ) found`,
};

const uniqueName = 'group_realm_id_group_key_key';

const list = `
  select id, name, group_key as "groupKey", created_at as "createdAt"
  from directory.group
  where realm_id = $1 and deleted_at is null
    and group_key >= $2 and group_key < $3 and group_key > $4
  order by group_key limit $5`;

/**
 * Groups; a deleted one is absent to all of this. SQL by hand is what takes many names at a time, and the list, whose range
 * of the index must not be left to chance.
 */
@Injectable()
export class GroupStore {
  constructor(
    private readonly database: Database,
    private readonly locks: NameLock,
  ) {}

  /** Answers the ids that were inserted; of the others the realm has a group of that name as compared. */
  async insert(tx: Transaction, realmId: string, groups: readonly NewGroup[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(insert, [
      realmId,
      groups.map(({ id }) => id),
      groups.map(({ name }) => name),
      groups.map(({ groupKey }) => groupKey),
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Holds the group alone until the transaction ends: no other adds members to it, renames or deletes it. */
  async holdAlone(tx: Transaction, realmId: string, groupKey: string): Promise<GroupIdentity | undefined> {
    await this.locks.hold(tx, 'group', realmId, { owned: [groupKey] });
    const group = await tx.repository(GroupEntity).findOneBy({ realmId, groupKey, deletedAt: IsNull() });
    return group ?? undefined;
  }

  /** Ids by folded name; none of these groups is renamed or deleted until the transaction ends. */
  async hold(tx: Transaction, realmId: string, groupKeys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await this.locks.hold(tx, 'group', realmId, { shared: groupKeys });
    const rows = await tx.query<{ id: string; groupKey: string }>(findIds, [realmId, groupKeys]);
    return new Map(rows.map(({ id, groupKey }) => [groupKey, id]));
  }

  /** Answers false when another group of the realm has the name; the transaction can then only be rolled back. */
  async rename(tx: Transaction, id: string, name: string, groupKey: string): Promise<boolean> {
    try {
      await tx.repository(GroupEntity).update({ id }, { name, groupKey });
      return true;
    } catch (error) {
      if (violatesUnique(error, uniqueName)) return false;
      throw error;
    }
  }

  /** Deletes the group for everybody; its row and its memberships are left to the sweep. */
  async markDeleted(tx: Transaction, id: string): Promise<void> {
    await tx.repository(GroupEntity).update({ id }, { deletedAt: () => 'now()' });
  }

  async find(realmId: string, groupKey: string): Promise<GroupRow | undefined> {
    const group = await this.database.repository(GroupEntity).findOneBy({ realmId, groupKey, deletedAt: IsNull() });
    return group ?? undefined;
  }

  /** At most `limit` groups of the range, by folded name. */
  list(realmId: string, { from, end, after }: GroupRange, limit: number): Promise<readonly GroupRow[]> {
    // no name folds to nothing: the empty text stands before all
    return this.database.query<GroupRow>(list, [realmId, from, end, after ?? '', limit]);
  }
}
