import { mostGroups, type UserState } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { isStillNamed, userNamed } from '../names/user-named.js';
import { nilUuid } from '../paging/page-cursor.js';
import type { Association } from './associations.policy.js';

export interface HeldUser {
  readonly id: string;
  readonly state: UserState;
}

export interface MemberRow {
  readonly id: string;
  readonly userId: string;
}

/**
 * Locks the rows of the users, so that other changes of them or of their memberships wait: the number of groups of a user is
 * bounded. A user that is erased meanwhile is not found, and does not break the insert by its foreign key. The names are
 * compared again with the locked rows. Rows are locked in the order of their ids, as updates lock several.
 */
const namedSql = userNamed('$1', 'given.user_key', 'id');
const stillNamedSql = isStillNamed('wanted.user_key');
const holdUsers = {
  name: 'membership.hold-users',
  text: `
    with wanted as materialized (
      select given.user_key, known.id from unnest($2::text[]) as given (user_key)
      cross join lateral ${namedSql} known order by known.id
    )
    select held.id, held.state, wanted.user_key as "userKey" from wanted
    cross join lateral (
      select u.id, u.state from directory.user u where u.id = wanted.id and ${stillNamedSql} limit 1
      for no key update
    ) held`,
};

/** Memberships that are not there yet, as far as their users, which the transaction holds, have room for them. */
const insert = {
  name: 'membership.insert',
  text: `
    with wanted as materialized (
      select given.user_uuid, given.group_uuid,
        row_number() over (partition by given.user_uuid order by given.group_uuid) as place
      from unnest($2::uuid[], $3::uuid[]) as given (user_uuid, group_uuid)
      left join lateral (
        select true as is_there from membership
        where user_uuid = given.user_uuid and group_uuid = given.group_uuid limit 1
      ) known on true
      where known.is_there is null
    ), room as materialized (
      select one.user_uuid, $4::integer - (
        select count(*) from (select from membership where user_uuid = one.user_uuid limit $4::integer) held
      ) as places
      from (select distinct user_uuid from wanted) one
    ), inserted as (
      insert into membership (user_uuid, group_uuid, realm_id)
      select user_uuid, group_uuid, $1 from wanted join room using (user_uuid) where place <= places
      order by user_uuid, group_uuid on conflict do nothing returning user_uuid, group_uuid
    )
    select user_uuid as "userUuid", group_uuid as "groupUuid", place <= places as "hasRoom"
    from wanted join room using (user_uuid) left join inserted using (user_uuid, group_uuid)
    where place > places or inserted.user_uuid is not null`,
};

export interface Insertion {
  /** Those that are new. */
  readonly added: readonly Association[];
  /** Those for which their users have no room. */
  readonly refused: readonly Association[];
}

// Found one by one in the primary key, then removed by their place: neither reads more than these rows.
const remove = `
  delete from membership where ctid = any (array(
    select held.ctid from unnest($2::uuid[], $3::uuid[]) as wanted (user_uuid, group_uuid)
    cross join lateral (
      select ctid from membership
      where user_uuid = wanted.user_uuid and group_uuid = wanted.group_uuid and realm_id = $1 limit 1
    ) held
  )) returning user_uuid as "userUuid", group_uuid as "groupUuid"`;

// The page is cut before the users are looked up.
const list = `
  select u.id, u.user_id as "userId" from (
    select user_uuid, realm_id from membership where group_uuid = $1 and user_uuid > $2
    order by user_uuid limit $3
  ) m
  cross join lateral (
    select id, user_id from directory.user where id = m.user_uuid and realm_id = m.realm_id limit 1
  ) u
  order by m.user_uuid`;

/**
 * The members of groups. The statements are SQL by hand: each takes many rows in one order, under which no two transactions
 * wait for each other, and a page is one range of an index.
 */
@Injectable()
export class MembershipStore {
  constructor(private readonly database: Database) {}

  /** Users by name (user id or alias) as compared; none of these users is erased or renamed until the transaction ends. */
  async holdUsers(
    tx: Transaction,
    realmId: string,
    userKeys: readonly string[],
  ): Promise<ReadonlyMap<string, HeldUser>> {
    const rows = await tx.query<HeldUser & { readonly userKey: string }>(holdUsers, [realmId, userKeys]);
    return new Map(rows.map(({ userKey, ...held }) => [userKey, held]));
  }

  /** Of users that the transaction holds, or has made. */
  async insert(tx: Transaction, realmId: string, pairs: readonly Association[]): Promise<Insertion> {
    const values = [...valuesOf(realmId, pairs), mostGroups];
    const rows = await tx.query<Association & { readonly hasRoom: boolean }>(insert, values);
    const those = (isWanted: boolean) => rows.flatMap(({ hasRoom, ...pair }) => (hasRoom === isWanted ? [pair] : []));
    return { added: those(true), refused: those(false) };
  }

  /** Answers those that were there. */
  remove(tx: Transaction, realmId: string, pairs: readonly Association[]): Promise<readonly Association[]> {
    return tx.query<Association>(remove, valuesOf(realmId, pairs));
  }

  /** At most `limit` members of a group, by their ids, after the one of that id. */
  list(groupUuid: string, after: string | undefined, limit: number): Promise<readonly MemberRow[]> {
    return this.database.query<MemberRow>(list, [groupUuid, after ?? nilUuid, limit]);
  }
}

function valuesOf(realmId: string, pairs: readonly Association[]): unknown[] {
  return [realmId, pairs.map(({ userUuid }) => userUuid), pairs.map(({ groupUuid }) => groupUuid)];
}
