import type { UserStatus } from '@countersign/contracts';
import { Database, type Queryable, type Transaction } from '@countersign/persistence';
import type { SealedValue } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import { groupsOfUser } from '../groups/groups-of-user.js';
import { lastNameKeyOf } from '../users/last-name-key.policy.js';
import type { Candidate } from './candidate.js';

const groupsSql = groupsOfUser('g.group_key');

type Values = Readonly<Record<string, string>>;

/** A user that was there before the import, or got there beside it. */
export interface StoredUser {
  readonly id: string;
  readonly userKey: string;
  readonly status: UserStatus;
  readonly properties: Values;
  readonly questions: Values;
  readonly extendedProperties: Values;
  readonly sealedSecrets: Buffer | null;
  readonly groupKeys: readonly string[] | null;
}

/** A candidate that is to be inserted, with its secrets as they are kept. */
export interface Entrant {
  readonly candidate: Candidate;
  readonly secrets: SealedValue | undefined;
}

const findByKey = {
  name: 'import.find_by_key',
  text: `
    select u.id, u.user_key as "userKey", u.status, u.properties, u.questions,
      u.extended_properties as "extendedProperties", u.sealed_secrets as "sealedSecrets",
      ${groupsSql} as "groupKeys"
    from unnest($2::text[]) as wanted (user_key)
    cross join lateral (
      select * from directory.user where realm_id = $1 and user_key = wanted.user_key limit 1
    ) u`,
};

const findIds = 'select id from directory.user where id = any ($1::uuid[])';

const findReadOnly = `
  select coalesce(settings -> 'readOnlyProperties', '[]') as "readOnlyProperties" from directory.realm where id = $1`;

/*
 * Each insert goes in the order of its key, so that two imports of the same users wait for each other one way only. What
 * another has is passed over: an id that is settled, a user id that is taken.
 */
const insert = {
  name: 'import.insert',
  text: `
    with wanted as (
      select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[],
        $9::jsonb[], $10::bytea[], $11::text[]) as wanted (id, user_id, user_key, last_name_key, status, properties,
        questions, extended_properties, sealed_secrets, sealed_key_id)
    ), settled as (
      insert into directory.user_identity (id) select id from wanted order by id on conflict do nothing returning id
    ), created as (
      insert into directory.user (id, realm_id, user_id, user_key, last_name_key, status, properties, questions,
        extended_properties, sealed_secrets, sealed_key_id)
      select id, $1, user_id, user_key, last_name_key, status, properties, coalesce(questions, '{}'),
        coalesce(extended_properties, '{}'), sealed_secrets, sealed_key_id
      from wanted join settled using (id) order by user_key collate "C"
      on conflict (realm_id, user_key) do nothing returning id
    ), addressed as (
      insert into directory.user_email (user_uuid, email_key, realm_id)
      select id, email_key, $1
      from unnest($12::uuid[], $13::text[]) as address (id, email_key) join created using (id)
    )
    select id from created`,
};

/** Many users with one statement, however many there are. */
@Injectable()
export class ImportStore {
  constructor(private readonly database: Database) {}

  /** Users of the realm that have one of these user ids (folded), by it. */
  async findByKey(
    realmId: string,
    userKeys: readonly string[],
    queryable: Queryable = this.database,
  ): Promise<ReadonlyMap<string, StoredUser>> {
    const rows = await queryable.query<StoredUser>(findByKey, [realmId, userKeys]);
    return new Map(rows.map((row) => [row.userKey, row]));
  }

  /** Those of `ids` that are users, of whatever realm. */
  async findIds(tx: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(findIds, [ids]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Properties that applications may only read. */
  async findReadOnly(tx: Transaction, realmId: string): Promise<readonly string[]> {
    const [row] = await tx.query<{ readOnlyProperties: string[] }>(findReadOnly, [realmId]);
    return row?.readOnlyProperties ?? [];
  }

  /**
   * Inserts users with their mail addresses.
   * @param entrants no two of one id or one user id
   * @returns ids of those that were inserted; of the others the id is settled, or the user id is taken
   */
  async insert(tx: Transaction, realmId: string, entrants: readonly Entrant[]): Promise<ReadonlySet<string>> {
    const users = entrants.map(({ candidate }) => candidate);
    const addresses = users.flatMap(({ id, emailKeys }) => Array.from(emailKeys, (key) => ({ id, key })));
    const rows = await tx.query<{ id: string }>(insert, [
      realmId,
      users.map(({ id }) => id),
      users.map(({ userId }) => userId),
      users.map(({ userKey }) => userKey),
      users.map(({ properties }) => lastNameKeyOf(properties)),
      users.map(({ status }) => status),
      users.map(({ properties }) => JSON.stringify(properties)),
      users.map(({ questions }) => jsonOrNull(questions)),
      users.map(({ extendedProperties }) => jsonOrNull(extendedProperties)),
      entrants.map(({ secrets }) => secrets?.sealed ?? null),
      entrants.map(({ secrets }) => secrets?.keyId ?? null),
      addresses.map(({ id }) => id),
      addresses.map(({ key }) => key),
    ]);
    return new Set(rows.map(({ id }) => id));
  }
}

function jsonOrNull(values: Values): string | null {
  const text = JSON.stringify(values);
  return text === '{}' ? null : text;
}
