import { Database, type Transaction, violatesUnique } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { GroupNameStore } from './group-name.store.js';

export interface NewGroup {
  readonly id: string;
  readonly name: string;
  readonly groupKey: string;
}

/** A group as it is shown. */
export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly groupKey: string;
  readonly createdAt: Date;
}

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

const findIdentity =
  'select id, name from directory.group where realm_id = $1 and group_key = $2 and deleted_at is null';

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

const rename = 'update directory.group set name = $2, group_key = $3 where id = $1';
const uniqueName = 'group_realm_id_group_key_key';

const markDeleted = 'update directory.group set deleted_at = now() where id = $1';

const find = `
  select id, name, group_key as "groupKey", created_at as "createdAt"
  from directory.group where realm_id = $1 and group_key = $2 and deleted_at is null`;

const list = `
  select id, name, group_key as "groupKey", created_at as "createdAt"
  from directory.group
  where realm_id = $1 and deleted_at is null
    and group_key >= $2 and group_key < $3 and group_key > $4
  order by group_key limit $5`;

/** Statements on groups; a deleted one is absent to all of them. */
@Injectable()
export class GroupStore {
  constructor(
    private readonly database: Database,
    private readonly names: GroupNameStore,
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

  /** Holds the group alone until the transaction ends: nobody adds members to it, renames or deletes it. */
  async holdAlone(tx: Transaction, realmId: string, groupKey: string): Promise<GroupIdentity | undefined> {
    await this.names.own(tx, realmId, groupKey);
    const [row] = await tx.query<GroupIdentity>(findIdentity, [realmId, groupKey]);
    return row;
  }

  /** Ids by folded name; none of these groups is renamed or deleted until the transaction ends. */
  async hold(tx: Transaction, realmId: string, groupKeys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await this.names.share(tx, realmId, groupKeys);
    const rows = await tx.query<{ id: string; groupKey: string }>(findIds, [realmId, groupKeys]);
    return new Map(rows.map(({ id, groupKey }) => [groupKey, id]));
  }

  /** Answers false when another group of the realm has the name; the transaction can then only be rolled back. */
  async rename(tx: Transaction, id: string, name: string, groupKey: string): Promise<boolean> {
    try {
      await tx.query(rename, [id, name, groupKey]);
      return true;
    } catch (error) {
      if (violatesUnique(error, uniqueName)) return false;
      throw error;
    }
  }

  /** Deletes the group for everybody; its row and its memberships are left to the sweep. */
  async markDeleted(tx: Transaction, id: string): Promise<void> {
    await tx.query(markDeleted, [id]);
  }

  async find(realmId: string, groupKey: string): Promise<GroupRow | undefined> {
    const [row] = await this.database.query<GroupRow>(find, [realmId, groupKey]);
    return row;
  }

  /** At most `limit` groups of the range, by folded name. */
  list(realmId: string, { from, end, after }: GroupRange, limit: number): Promise<readonly GroupRow[]> {
    // no name folds to nothing: the empty text stands before all
    return this.database.query<GroupRow>(list, [realmId, from, end, after ?? '', limit]);
  }
}
