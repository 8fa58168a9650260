import { foldName, Problem, type RealmProfile, type UserState } from '@countersign/contracts';
import { SETTINGS } from '@countersign/hosting';
import { BatchLoader, Database } from '@countersign/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Contacts } from '../contacts/contact.policy.js';
import { groupsOfUser } from '../names/groups-of-user.js';
import { userNamed } from '../names/user-named.js';
import type { DirectorySettings } from '../settings.js';
import type { FieldRules } from './field-rules.policy.js';
import { type FieldRow, fieldsSql } from './user-fields.js';

const groupsSql = groupsOfUser('g.name order by g.group_key');
const namedSql = userNamed('realm.id', 'wanted.user_key', '*');

/** Who a user is, and no more. */
export interface IdentityRow {
  readonly id: string;
  readonly userId: string;
  readonly state: UserState;
  readonly isGroupMissing: boolean;
}

/** A user as it is read for showing; `null` where nothing is kept. */
export interface ProfileRow extends IdentityRow, FieldRow {
  readonly stateReason: string | null;
  /** Times as PostgreSQL writes them, in UTC: as dates they would be read and written once more. */
  readonly stateChangedAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly activatedAt: string | null;
  readonly aliases: readonly string[] | null;
  readonly contacts: Contacts | null;
  readonly groups: readonly string[] | null;
  readonly sealedSecrets: Buffer | null;
  readonly realmProfile: RealmProfile;
  /** Of the realm; absent too where the user has no attributes. */
  readonly rules: FieldRules | null;
}

/** The realm is part of every key (guarantee G7): one batch holds items of many realms. */
interface UserKey {
  readonly realm: string;
  readonly userKey: string;
}

/** A row for each key by position; the realm's id is absent where no such realm is, the user's where no such user. */
type Found<Row> = Row & { readonly position: number; readonly realmId: string | null };

const identityColumns = `
  wanted.position::int, realm.id as "realmId", u.id, u.user_id as "userId", u.state,
  realm.required_group_keys <> '{}' and not exists (
    select from membership m join directory.group g on g.id = m.group_uuid and g.realm_id = m.realm_id
    where m.user_uuid = u.id and m.realm_id = u.realm_id and g.group_key = any (realm.required_group_keys)
      and g.deleted_at is null
  ) as "isGroupMissing"`;

/**
 * `lateral ... limit 1` keeps each lookup one descent of a unique index: see `userNamed`. Of a group the id alone is looked
 * up and the realm compared afterwards: given both, a plan from when the table was empty may go by the realm (the index of
 * user ids is the only one that begins with the realm for the same reason).
 */
const sourceSql = `
  from unnest($1::text[], $2::text[]) with ordinality as wanted (realm, user_key, position)
  left join lateral (select * from realm where name = wanted.realm limit 1) realm on true
  left join lateral ${namedSql} u on true`;

const readIdentities = { name: 'user.identities', text: `select ${identityColumns} ${sourceSql}` };

const readProfiles = {
  name: 'user.profiles',
  text: `
    select ${identityColumns}, u.state_reason as "stateReason", u.state_changed_at::text as "stateChangedAt",
      u.created_at::text as "createdAt", u.updated_at::text as "updatedAt", u.activated_at::text as "activatedAt", u.aliases, ${fieldsSql},
      u.contacts, u.sealed_secrets as "sealedSecrets", realm.profile as "realmProfile",
      case when u.attributes <> '{}' then realm.field_rules end as rules,
      ${groupsSql} as groups
    ${sourceSql}`,
};

/**
 * Reads of users by (realm, user id or alias): those of one turn of the event loop are one statement. It is by hand, since
 * it is the hottest of the service.
 */
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
  if (row.realmId === null) return new Problem('realm.unknown');
  return row.id === null ? new Problem('user.unknown') : row;
}
