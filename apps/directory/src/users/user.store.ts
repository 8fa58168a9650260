import type { UserStatus } from '@countersign/contracts';
import { type Transaction, violatesUnique } from '@countersign/persistence';
import type { SealedValue } from '@countersign/sealed-rows';
import { keyIdOf } from '@countersign/sealing';
import { Injectable } from '@nestjs/common';
import { emailKeysIn } from './email-keys.policy.js';
import { lastNameKeyOf } from './last-name-key.policy.js';
import { UserEmailStore } from './user-email.store.js';

/** What of a user changes with an update. */
export interface UserContent {
  readonly properties: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, string>>;
}

/** A user whose row this transaction holds. */
export interface LockedUser extends UserContent {
  readonly id: string;
  readonly realmId: string;
  readonly userId: string;
  readonly status: UserStatus;
  readonly extendedProperties: Readonly<Record<string, string>>;
  readonly sealedSecrets: Buffer | null;
  /** Of the realm: properties that applications may only read. */
  readonly readOnlyProperties: readonly string[];
}

/** A user by the name that is compared. */
export interface UserName {
  readonly realmId: string;
  readonly userKey: string;
}

export interface NewUser extends UserContent {
  readonly id: string;
  readonly realmId: string;
  readonly userId: string;
  readonly userKey: string;
}

/** `taken`; `withdrawn`: it may not be a user (again); `is-same`: it is this very user already; `is-other` */
export type IdClaim =
  | { readonly outcome: 'taken'; readonly readOnlyProperties: readonly string[] }
  | { readonly outcome: 'withdrawn' }
  | { readonly outcome: 'is-same' }
  | { readonly outcome: 'is-other' };

/** What the rows of other users refuse. */
export type StoreRefusal = 'user.exists' | 'user.email_exists';

const readOnlySql = `(select coalesce(settings -> 'readOnlyProperties', '[]') from directory.realm where id = $1)`;

const claimId = `
  insert into directory.user_identity (id) values ($2) on conflict do nothing
  returning ${readOnlySql} as "readOnlyProperties"`;

const findClaimed = `
  select user_key = $3 and realm_id = $1 as "isSame" from directory.user where id = $2`;

// In the order of the ids, so that two withdrawals of the same ids cannot wait for each other.
const withdraw = `
  insert into directory.user_identity (id)
  select id from unnest($1::uuid[]) as wanted (id) order by id on conflict do nothing`;

// An erasure that is just committing is waited for: "existing" must not be said of who is gone in a moment.
const findExisting = 'select id from directory.user where id = any ($1::uuid[]) order by id for key share';

const insert = `
  insert into directory.user
    (id, realm_id, user_id, user_key, properties, questions, last_name_key, sealed_secrets, sealed_key_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (realm_id, user_key) do nothing returning id`;

const lock = {
  name: 'user.lock',
  text: `
    select id, realm_id as "realmId", user_id as "userId", status, properties, questions,
      extended_properties as "extendedProperties", sealed_secrets as "sealedSecrets",
      ${readOnlySql} as "readOnlyProperties"
    from directory.user where realm_id = $1 and user_key = $2 for no key update`,
};

/*
 * In the order of the ids, so that two transactions that lock several users cannot wait for each other in a circle. The
 * names are compared again with the locked row: a user who was renamed meanwhile is not found under the old name.
 */
const lockMany = {
  name: 'user.lock_many',
  text: `
    with wanted as materialized (
      select given.position, given.realm_id, given.user_key, known.id
      from unnest($1::uuid[], $2::text[]) with ordinality as given (realm_id, user_key, position)
      cross join lateral (
        select id from directory.user where realm_id = given.realm_id and user_key = given.user_key limit 1
      ) known
    )
    select wanted.position::int as position, u.id, u.realm_id as "realmId", u.user_id as "userId", u.status, u.properties,
      u.questions, u.extended_properties as "extendedProperties", u.sealed_secrets as "sealedSecrets",
      (select coalesce(settings -> 'readOnlyProperties', '[]') from directory.realm where id = u.realm_id)
        as "readOnlyProperties"
    from wanted
    join directory.user u on u.id = wanted.id and u.realm_id = wanted.realm_id and u.user_key = wanted.user_key
    order by u.id
    for no key update of u`,
};

const saveMany = {
  name: 'user.save_many',
  text: `
    update directory.user u
    set properties = changed.properties, questions = changed.questions, last_name_key = changed.last_name_key,
      sealed_secrets = changed.sealed_secrets, sealed_key_id = changed.sealed_key_id, updated_at = now()
    from unnest($1::uuid[], $2::jsonb[], $3::jsonb[], $4::text[], $5::bytea[], $6::text[])
      as changed (id, properties, questions, last_name_key, sealed_secrets, sealed_key_id)
    where u.id = changed.id`,
};

const mark = 'update directory.user set status = $2, updated_at = now() where id = $1';
const extend = 'update directory.user set extended_properties = $2, updated_at = now() where id = $1';
const rename = 'update directory.user set user_id = $2, user_key = $3, updated_at = now() where id = $1';

/** Statements that change users. What is only shown is read by `ProfileStore`. */
@Injectable()
export class UserStore {
  constructor(private readonly emails: UserEmailStore) {}

  /** Takes an id for this user. Creation and withdrawal of an id meet here, at one unique key. */
  async claimId(tx: Transaction, { id, realmId, userKey }: NewUser): Promise<IdClaim> {
    const [taken] = await tx.query<{ readOnlyProperties: string[] }>(claimId, [realmId, id]);
    if (taken !== undefined) return { outcome: 'taken', ...taken };
    const [found] = await tx.query<{ isSame: boolean }>(findClaimed, [realmId, id, userKey]);
    if (found === undefined) return { outcome: 'withdrawn' };
    return found.isSame ? { outcome: 'is-same' } : { outcome: 'is-other' };
  }

  /** Makes sure that none of `ids` becomes a user later; answers those that are users already. */
  async withdrawIds(tx: Transaction, ids: readonly string[]): Promise<string[]> {
    await tx.query(withdraw, [ids]);
    const rows = await tx.query<{ id: string }>(findExisting, [ids]);
    return rows.map(({ id }) => id);
  }

  /** The unique key of (realm, user id as compared) decides between two creations. */
  async insert(tx: Transaction, user: NewUser, secrets: SealedValue | undefined): Promise<StoreRefusal | undefined> {
    const { id, realmId, userId, userKey, properties, questions } = user;
    const isUnique = emailKeysIn(properties).size > 0 && (await this.emails.findDemand(tx, realmId));
    const rows = await tx.query(insert, [
      id,
      realmId,
      userId,
      userKey,
      ...contentValues({ properties, questions }, secrets),
    ]);
    if (rows.length === 0) return 'user.exists';
    return (await this.emails.give(tx, realmId, id, properties, isUnique)) ? undefined : 'user.email_exists';
  }

  /** Holds the user's row until the transaction ends, so that changes come one after another and none is lost. */
  async lock(tx: Transaction, realmId: string, userKey: string): Promise<LockedUser | undefined> {
    const [row] = await tx.query<LockedUser>(lock, [realmId, userKey]);
    return row;
  }

  /** The same for many users of many realms, by position; `undefined` where there is none. */
  async lockMany(tx: Transaction, names: readonly UserName[]): Promise<readonly (LockedUser | undefined)[]> {
    const rows = await tx.query<LockedUser & { readonly position: number }>(lockMany, [
      names.map(({ realmId }) => realmId),
      names.map(({ userKey }) => userKey),
    ]);
    const users = new Array<LockedUser | undefined>(names.length).fill(undefined);
    for (const { position, ...user } of rows) users[position - 1] = user;
    return users;
  }

  /** @returns false, with nothing changed, when the realm demands unique mail addresses and somebody has one of these */
  changeMails(tx: Transaction, user: LockedUser, properties: UserContent['properties']): Promise<boolean> {
    return this.emails.change(tx, user.realmId, user.id, user.properties, properties);
  }

  /** Writes users as they are now; their rows are this transaction's, and their mail addresses are changed already. */
  async saveMany(tx: Transaction, users: readonly LockedUser[]): Promise<void> {
    if (users.length === 0) return;
    await tx.query(saveMany, [
      users.map(({ id }) => id),
      users.map(({ properties }) => JSON.stringify(properties)),
      users.map(({ questions }) => JSON.stringify(questions)),
      users.map(({ properties }) => lastNameKeyOf(properties)),
      users.map(({ sealedSecrets }) => sealedSecrets),
      users.map(({ sealedSecrets }) => (sealedSecrets === null ? null : keyIdOf(sealedSecrets))),
    ]);
  }

  async mark(tx: Transaction, id: string, status: UserStatus): Promise<void> {
    await tx.query(mark, [id, status]);
  }

  async extend(tx: Transaction, id: string, extendedProperties: Readonly<Record<string, string>>): Promise<void> {
    await tx.query(extend, [id, JSON.stringify(extendedProperties)]);
  }

  /** @returns `user.exists` when another user of the realm has the new id; the transaction is of no use then */
  async rename(tx: Transaction, id: string, userId: string, userKey: string): Promise<StoreRefusal | undefined> {
    try {
      await tx.query(rename, [id, userId, userKey]);
      return undefined;
    } catch (error) {
      if (violatesUnique(error, 'user_realm_id_user_key_key')) return 'user.exists';
      throw error;
    }
  }
}

function contentValues({ properties, questions }: UserContent, secrets: SealedValue | undefined): readonly unknown[] {
  return [
    JSON.stringify(properties),
    JSON.stringify(questions),
    lastNameKeyOf(properties),
    secrets?.sealed ?? null,
    secrets?.keyId ?? null,
  ];
}
