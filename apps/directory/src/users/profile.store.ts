import { foldName, Problem, type RealmProfile, type UserStatus } from '@countersign/contracts';
import { SETTINGS } from '@countersign/hosting';
import { BatchLoader, Database } from '@countersign/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { groupsOfUser } from '../groups/groups-of-user.js';
import type { DirectorySettings } from '../settings.js';

const groupsSql = groupsOfUser('g.name order by g.group_key');

/** A user as it is read for showing; `null` where nothing is kept. */
export interface ProfileRow {
  readonly id: string;
  readonly user_id: string;
  readonly status: UserStatus;
  readonly is_group_missing: boolean;
  readonly realm_profile: RealmProfile;
  readonly properties: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, string>>;
  readonly extended_properties: Readonly<Record<string, string>> | null;
  readonly extended_property_names: Readonly<Record<string, string>> | null;
  readonly groups: readonly string[] | null;
  readonly sealed_secrets: Buffer | null;
  /** Properties that applications may only read. */
  readonly read_only_properties: readonly string[] | null;
}

/** Who a user is, and no more. */
export type IdentityRow = Pick<ProfileRow, 'id' | 'user_id' | 'status' | 'is_group_missing'>;

/** The realm is part of every key (guarantee G7): one batch holds items of many realms. */
interface UserKey {
  readonly realm: string;
  readonly userKey: string;
}

/** A row for each key by position; the realm's id is absent where no such realm is, the user's where no such user. */
type Found<Row> = Row & { readonly position: number; readonly realm_id: string | null };

const identityColumns = `
  wanted.position::int, realm.id as realm_id, u.id, u.user_id, u.status,
  realm.required_group_keys <> '{}' and not exists (
    select from directory.membership m join directory.group g on g.id = m.group_uuid and g.realm_id = m.realm_id
    where m.user_uuid = u.id and m.realm_id = u.realm_id and g.group_key = any (realm.required_group_keys)
      and g.deleted_at is null
  ) as is_group_missing`;

/**
 * `lateral ... limit 1` keeps each lookup one descent of a unique index. As plain joins the planner reads all users
 * (or groups) of the realm for every item as long as a table has no statistics, and the whole table once it has. Of a
 * group the id alone is looked up and the realm compared afterwards: given both, a plan from when the table was empty
 * may go by the realm (the index of user ids is the only one that begins with the realm for the same reason).
 */
const sourceSql = `
  from unnest($1::text[], $2::text[]) with ordinality as wanted (realm, user_key, position)
  left join lateral (select * from directory.realm where name = wanted.realm limit 1) realm on true
  left join lateral (
    select * from directory.user where realm_id = realm.id and user_key = wanted.user_key limit 1
  ) u on true`;

const readIdentities = { name: 'user.identities', text: `select ${identityColumns} ${sourceSql}` };

const readProfiles = {
  name: 'user.profiles',
  text: `
    select ${identityColumns}, realm.profile as realm_profile, u.properties, u.questions, u.sealed_secrets,
      nullif(realm.settings -> 'readOnlyProperties', '[]') as read_only_properties,
      nullif(u.extended_properties, '{}') as extended_properties,
      case when u.extended_properties <> '{}' then realm.extended_property_names end as extended_property_names,
      ${groupsSql} as groups
    ${sourceSql}`,
};

/** Reads of users by (realm, user id): those of one turn of the event loop are one statement. */
@Injectable()
export class ProfileStore {
  private readonly profiles: BatchLoader<UserKey, ProfileRow>;
  private readonly identities: BatchLoader<UserKey, IdentityRow>;

  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) settings: DirectorySettings,
  ) {
    const maxItems = settings.DIRECTORY_READ_BATCH_ITEMS;
    const concurrency = settings.DIRECTORY_READ_CONCURRENCY;
    this.profiles = new BatchLoader({
      read: (keys) => this.read<ProfileRow>(readProfiles, keys),
      maxItems,
      concurrency,
    });
    this.identities = new BatchLoader({
      read: (keys) => this.read<IdentityRow>(readIdentities, keys),
      maxItems,
      concurrency,
    });
  }

  /** @throws Problem `realm.unknown`, `user.unknown` */
  loadProfile(realm: string, userId: string): Promise<ProfileRow> {
    return this.profiles.load({ realm, userKey: foldName(userId) });
  }

  /** @throws Problem `realm.unknown`, `user.unknown` */
  loadIdentity(realm: string, userId: string): Promise<IdentityRow> {
    return this.identities.load({ realm, userKey: foldName(userId) });
  }

  private async read<Row extends IdentityRow>(
    statement: { readonly name: string; readonly text: string },
    keys: readonly UserKey[],
  ): Promise<readonly (Row | Error)[]> {
    const rows = await this.database.query<Found<Row>>(statement, [
      keys.map(({ realm }) => realm),
      keys.map(({ userKey }) => userKey),
    ]);
    const results = new Array<Row | Error>(keys.length);
    for (const row of rows) results[row.position - 1] = resultOf(row);
    return results;
  }
}

function resultOf<Row extends IdentityRow>(row: Found<Row>): Row | Error {
  if (row.realm_id === null) return new Problem('realm.unknown');
  return row.id === null ? new Problem('user.unknown') : row;
}
