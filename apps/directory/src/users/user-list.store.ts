import type { UserState } from '@countersign/contracts';
import { Database, UnitOfWork, unbounded } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { nilUuid } from '../paging/page-cursor.js';

/** A user in a list, and the key that it is sorted by there. */
export interface ListedUser {
  readonly positionKey: string;
  readonly id: string;
  readonly userId: string;
  readonly state: UserState;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly email: string | null;
  readonly createdAt: Date;
}

/** A stretch of folded keys: those after `after`, at least `from`, below `end`, at most `limit` of them. */
export interface KeyRange {
  readonly from: string;
  readonly end: string;
  /** Key and id of the last one shown before; the key is of the stretch. */
  readonly after: { readonly key: string; readonly id: string } | undefined;
  readonly limit: number;
}

const shownColumns = `
  u.id, u.user_id as "userId", u.state, u.given_name as "givenName", u.family_name as "familyName",
  u.contacts #>> '{emails,0,value}' as email, u.created_at as "createdAt"`;

/*
 * Each is one range of one index, in its order. The planner is not left a choice: while a realm is imported its statistics
 * are of a small one, and by them it would read the whole realm and sort it.
 */
const inOrderOnly = `
  select set_config(name, value, true)
  from (values ('enable_sort', 'off'), ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'), ('enable_hashjoin', 'off'),
    ('enable_mergejoin', 'off'), ('max_parallel_workers_per_gather', '0')) as setting (name, value)`;

const byUserId = `
  select u.user_key as "positionKey", ${shownColumns} from directory.user u
  where u.realm_id = $1 and (u.user_key, u.id) > ($2, $3::uuid) and u.user_key < $4
  order by u.realm_id, u.user_key limit $5`;

const activeOnes = `
  select u.user_key as "positionKey", ${shownColumns} from directory.user u
  where u.realm_id = $1 and u.state = 'active'
    and (u.user_key, u.id) > ($2, $3::uuid) and u.user_key < $4
  order by u.realm_id, u.user_key limit $5`;

const byState = `
  select u.user_key as "positionKey", ${shownColumns} from directory.user u
  where u.realm_id = $1 and u.state = $6 and u.state <> 'active'
    and (u.user_key, u.id) > ($2, $3::uuid) and u.user_key < $4
  order by u.realm_id, u.state, u.user_key limit $5`;

const byFamilyName = `
  select u.family_name_key as "positionKey", ${shownColumns} from directory.user u
  where u.realm_id = $1 and u.family_name_key is not null
    and (u.family_name_key, u.id) > ($2, $3::uuid) and u.family_name_key < $4
  order by u.realm_id, u.family_name_key, u.id limit $5`;

// A user with several such addresses stands at the first of them only.
const byEmail = `
  select e.value_key as "positionKey", ${shownColumns}
  from contact e
  cross join lateral (select * from directory.user where realm_id = e.realm_id and id = e.user_uuid limit 1) u
  where e.realm_id = $1 and e.channel = 'email' and (e.value_key, e.user_uuid) > ($2, $3::uuid) and e.value_key < $4
    and not exists (
      select from contact earlier
      where earlier.user_uuid = e.user_uuid and earlier.channel = 'email' and earlier.value_key >= $6
        and (earlier.value_key, earlier.position) < (e.value_key, e.position))
  order by e.realm_id, e.value_key, e.user_uuid limit $5`;

const count = 'select count(*)::int as users from directory.user where realm_id = $1';

/** Lists of users, by SQL by hand: each statement reads one range of an index, however many users the realm has. */
@Injectable()
export class UserListStore {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** A list of active users reads past all others, which are few in most realms. */
  findByUserId(realmId: string, range: KeyRange, state: UserState | undefined): Promise<ListedUser[]> {
    const values = valuesOf(realmId, range);
    if (state === undefined) return this.list(byUserId, values);
    return state === 'active' ? this.list(activeOnes, values) : this.list(byState, [...values, state]);
  }

  findByFamilyName(realmId: string, range: KeyRange): Promise<ListedUser[]> {
    return this.list(byFamilyName, valuesOf(realmId, range));
  }

  findByEmail(realmId: string, range: KeyRange): Promise<ListedUser[]> {
    return this.list(byEmail, [...valuesOf(realmId, range), range.from]);
  }

  async count(realmId: string): Promise<number> {
    const [row] = await this.database.query<{ users: number }>(count, [realmId]);
    return row?.users ?? 0;
  }

  private list(statement: string, values: readonly unknown[]): Promise<ListedUser[]> {
    return this.unitOfWork.run(unbounded, async (tx) => {
      await tx.query(inOrderOnly);
      return tx.query<ListedUser>(statement, values);
    });
  }
}

function valuesOf(realmId: string, { from, end, after, limit }: KeyRange): readonly unknown[] {
  return [realmId, after?.key ?? from, after?.id ?? nilUuid, end, limit];
}
