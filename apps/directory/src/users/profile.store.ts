import { foldName, Problem, type RealmProfile, type UserState } from '@countersign/contracts';
import { Database, type Statement } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Contacts } from '../contacts/contact.policy.js';
import { groupsOfUser } from '../names/groups-of-user.js';
import { userNamed } from '../names/user-named.js';
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

/** A user as applications are shown it; `null` where nothing is kept. */
export interface ProfileRow extends IdentityRow, FieldRow {
  readonly aliases: readonly string[] | null;
  readonly contacts: Contacts | null;
  readonly groups: readonly string[] | null;
  readonly sealedSecrets: Buffer | null;
  readonly realmProfile: RealmProfile;
  /** Of the realm; absent too where the user has no attributes. */
  readonly rules: FieldRules | null;
}

/** A user as operators are shown it. */
export interface UserRow extends ProfileRow {
  readonly stateReason: string | null;
  /** Times as PostgreSQL writes them, in UTC: as dates they would be read and written once more. */
  readonly stateChangedAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly activatedAt: string | null;
}

/** The realm is part of every key (guarantee G7): one batch holds items of many realms. */
export interface NamedUser {
  readonly realm: string;
  /** Or an alias; as people write it. */
  readonly userId: string;
}

/** A row for each key by position; the realm's id is absent where no such realm is, the user's where no such user. */
type Found<Row> = Row & { readonly position: number; readonly realmId: string | null };

const identityColumns = `
  wanted.position::int, realm.id as "realmId", u.id, u.user_id as "userId", u.state,
  realm.required_group_keys <> '{}' and not exists (
    select from membership m
    cross join lateral (select * from directory.group where id = m.group_uuid limit 1) g
    where m.user_uuid = u.id and m.realm_id = u.realm_id and g.realm_id = m.realm_id
      and g.group_key = any (realm.required_group_keys) and g.deleted_at is null
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

const profileColumns = `
  ${identityColumns}, u.aliases, ${fieldsSql}, u.contacts, u.sealed_secrets as "sealedSecrets",
  realm.profile as "realmProfile", case when u.attributes <> '{}' then realm.field_rules end as rules,
  ${groupsSql} as groups`;

const readProfiles = { name: 'user.profiles', text: `select ${profileColumns} ${sourceSql}` };

const readUsers = {
  name: 'user.users',
  text: `
    select ${profileColumns}, u.state_reason as "stateReason", u.state_changed_at::text as "stateChangedAt",
      u.created_at::text as "createdAt", u.updated_at::text as "updatedAt", u.activated_at::text as "activatedAt"
    ${sourceSql}`,
};

/** Reads of users by (realm, user id or alias), many in a statement. It is by hand, since it is the hottest of the service. */
@Injectable()
export class ProfileStore {
  constructor(private readonly database: Database) {}

  /** @returns by position the user, or `realm.unknown`, `user.unknown` */
  findProfiles(users: readonly NamedUser[]): Promise<readonly (ProfileRow | Problem)[]> {
    return this.read<ProfileRow>(readProfiles, users);
  }

  /** @returns by position the user, or `realm.unknown`, `user.unknown` */
  findUsers(users: readonly NamedUser[]): Promise<readonly (UserRow | Problem)[]> {
    return this.read<UserRow>(readUsers, users);
  }

  /** @returns by position the user, or `realm.unknown`, `user.unknown` */
  findIdentities(users: readonly NamedUser[]): Promise<readonly (IdentityRow | Problem)[]> {
    return this.read<IdentityRow>(readIdentities, users);
  }

  private async read<Row extends IdentityRow>(
    statement: Statement,
    users: readonly NamedUser[],
  ): Promise<readonly (Row | Problem)[]> {
    const rows = await this.database.query<Found<Row>>(statement, [
      users.map(({ realm }) => realm),
      users.map(({ userId }) => foldName(userId)),
    ]);
    const results = new Array<Row | Problem>(users.length);
    for (const row of rows) results[row.position - 1] = resultOf(row);
    return results;
  }
}

function resultOf<Row extends IdentityRow>(row: Found<Row>): Row | Problem {
  if (row.realmId === null) return new Problem('realm.unknown');
  return row.id === null ? new Problem('user.unknown') : row;
}
