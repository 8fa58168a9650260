import type { UserState } from '@countersign/contracts';
import { Database, type Queryable, type Transaction } from '@countersign/persistence';
import type { SealedValue } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import type { Contacts } from '../contacts/contact.policy.js';
import { UserContacts } from '../contacts/user-contacts.js';
import { groupsOfUser } from '../names/groups-of-user.js';
import { UserNames } from '../names/user-names.js';
import type { FieldRules } from '../users/field-rules.policy.js';
import {
  columnsOf,
  type FieldRow,
  type Fields,
  fieldColumns,
  fieldParameters,
  fieldsOf,
  fieldsSql,
} from '../users/user-fields.js';
import type { Candidate } from './candidate.js';

/** A user that was there before the import, or got there beside it. */
export interface StoredUser {
  readonly id: string;
  readonly userKey: string;
  readonly state: UserState;
  readonly fields: Fields;
  readonly contacts: Contacts | null;
  readonly sealedSecrets: Buffer | null;
  readonly aliasKeys: readonly string[] | null;
  readonly groupKeys: readonly string[] | null;
}

/** A candidate that is to be inserted, with its secrets as they are kept. */
export interface Entrant {
  readonly candidate: Candidate;
  readonly secrets: SealedValue | undefined;
}

const groupsSql = groupsOfUser('g.group_key');

const findByKey = {
  name: 'import.find_by_key',
  text: `
    select u.id, u.user_key as "userKey", u.state, ${fieldsSql}, u.contacts, u.sealed_secrets as "sealedSecrets",
      u.alias_keys as "aliasKeys", ${groupsSql} as "groupKeys"
    from unnest($2::text[]) as wanted (user_key)
    cross join lateral (
      select * from directory.user where realm_id = $1 and user_key = wanted.user_key limit 1
    ) u`,
};

const findIds = 'select id from directory.user where id = any ($1::uuid[])';

const findRules = 'select field_rules as rules from realm where id = $1';

const parametersSql = fieldParameters(9);

/*
 * Each insert goes in the order of its key, so that two imports of the same users wait for each other one way only. What
 * another has is passed over: an id that is settled, a user id that is taken.
 */
const insert = {
  name: 'import.insert',
  text: `
    with wanted as (
      select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::json[], $7::bytea[], $8::text[],
        ${parametersSql}) as wanted (id, user_id, user_key, state, contacts, sealed_secrets, sealing_key_id, ${fieldColumns})
    ), settled as (
      insert into user_identity (id) select id from wanted order by id on conflict do nothing returning id
    )
    insert into directory.user (id, realm_id, user_id, user_key, state, activated_at, contacts, sealed_secrets,
      sealing_key_id, ${fieldColumns})
    select id, $1, user_id, user_key, state, case when state = 'active' then now() end, contacts, sealed_secrets,
      sealing_key_id, ${fieldColumns}
    from wanted join settled using (id) order by user_key collate "C"
    on conflict (realm_id, user_key) do nothing returning id`,
};

/** Many users at once: statements by hand, as many for one user as for hundreds. */
@Injectable()
export class ImportStore {
  constructor(
    private readonly database: Database,
    private readonly userContacts: UserContacts,
    private readonly userNames: UserNames,
  ) {}

  /** Users of the realm that have one of these user ids (folded), by it. */
  async findByKey(
    realmId: string,
    userKeys: readonly string[],
    queryable: Queryable = this.database,
  ): Promise<ReadonlyMap<string, StoredUser>> {
    const rows = await queryable.query<Omit<StoredUser, 'fields'> & FieldRow>(findByKey, [realmId, userKeys]);
    return new Map(rows.map((row) => [row.userKey, { ...row, fields: fieldsOf(row) }]));
  }

  /** Those of `ids` that are users, of whatever realm. */
  async findIds(tx: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(findIds, [ids]);
    return new Set(rows.map(({ id }) => id));
  }

  /** What the realm says about writing users; null where it says nothing of its own. */
  async findRules(tx: Transaction, realmId: string): Promise<FieldRules | null> {
    const [row] = await tx.query<{ rules: FieldRules | null }>(findRules, [realmId]);
    return row?.rules ?? null;
  }

  /**
   * Inserts users with their contacts and aliases.
   * @param entrants no two of one id or one user id
   * @returns ids of those that were inserted; of the others the id is settled, or the user id is taken
   */
  async insert(tx: Transaction, realmId: string, entrants: readonly Entrant[]): Promise<ReadonlySet<string>> {
    const users = entrants.map(({ candidate }) => candidate);
    const rows = await tx.query<{ id: string }>(insert, [
      realmId,
      users.map(({ id }) => id),
      users.map(({ userId }) => userId),
      users.map(({ userKey }) => userKey),
      users.map(({ state }) => state ?? 'active'),
      users.map(({ contactsJson }) => contactsJson),
      entrants.map(({ secrets }) => secrets?.sealed ?? null),
      entrants.map(({ secrets }) => secrets?.keyId ?? null),
      ...columnsOf(users.map(({ fields }) => fields)),
    ]);
    const created = new Set(rows.map(({ id }) => id));
    const made = users.filter(({ id }) => created.has(id));
    const contacts = made.flatMap(({ id, contacts: all }) => all.map((record) => ({ userUuid: id, record })));
    await this.userContacts.insert(tx, realmId, contacts);
    const aliases = made.flatMap(({ id, aliases: all }) => all.map((alias) => ({ userUuid: id, alias })));
    await this.userNames.insert(tx, realmId, aliases);
    return created;
  }
}
