import type { UserState } from '@countersign/contracts';
import { Database, type Transaction, violatesUnique } from '@countersign/persistence';
import type { SealedValue } from '@countersign/sealed-rows';
import { keyIdOf } from '@countersign/sealing';
import { Injectable } from '@nestjs/common';
import { type ContactRecord, shown } from '../contacts/contact.policy.js';
import { isStillNamed, userNamed } from '../names/user-named.js';
import type { FieldRules } from './field-rules.policy.js';
import { UserEntity } from './user.entity.js';
import {
  columnsOf,
  type FieldRow,
  type Fields,
  fieldColumns,
  fieldParameters,
  fieldsOf,
  fieldsSql,
  settingColumns,
} from './user-fields.js';

/** A user whose row this transaction holds. */
export interface LockedUser {
  readonly id: string;
  readonly realmId: string;
  readonly userId: string;
  readonly userKey: string;
  /** As written; null where there are none. */
  readonly aliasNames: readonly string[] | null;
  readonly state: UserState;
  readonly stateReason: string | null;
  readonly fields: Fields;
  /** Of the contacts' JSON. */
  readonly contactBytes: number;
  readonly sealedSecrets: Buffer | null;
  /** Of the realm. */
  readonly rules: FieldRules | null;
}

/** A user as an update leaves it. */
export interface SavedUser extends LockedUser {
  /** Absent where they stay as they are. */
  readonly contacts?: { readonly after: readonly ContactRecord[] } | undefined;
}

/** A name as it is compared. */
export interface UserName {
  readonly realmId: string;
  readonly userKey: string;
}

export interface NewUser extends UserName {
  readonly id: string;
  readonly userId: string;
  readonly fields: Fields;
  readonly contacts: readonly ContactRecord[];
}

/** `taken`; `withdrawn`: it may not be a user (again); `is-same`: it is this very user already; `is-other` */
export type IdClaim =
  | { readonly outcome: 'taken'; readonly rules: FieldRules | null }
  | { readonly outcome: 'withdrawn' }
  | { readonly outcome: 'is-same' }
  | { readonly outcome: 'is-other' };

const claimId = `
  insert into user_identity (id) values ($2) on conflict do nothing
  returning (select field_rules from realm where id = $1) as rules`;

const findClaimed = `
  select user_key = $3 and realm_id = $1 as "isSame" from directory.user where id = $2`;

// In the order of the ids, so that two withdrawals of the same ids cannot wait for each other.
const withdraw = `
  insert into user_identity (id)
  select id from unnest($1::uuid[]) as wanted (id) order by id on conflict do nothing`;

// Waits for an erasure that is committing, so that a user who is about to be gone is not reported as existing.
const findExisting = 'select id from directory.user where id = any ($1::uuid[]) order by id for key share';

const insertedSql = fieldParameters(8);
const insert = `
  insert into directory.user (realm_id, id, user_id, user_key, activated_at, contacts, sealed_secrets, sealing_key_id,
    ${fieldColumns})
  select $1::uuid, $2::uuid, $3, $4, now(), $5::json, $6::bytea, $7, * from unnest(${insertedSql})
  on conflict (realm_id, user_key) do nothing returning id`;

/*
 * In the order of the ids, so that two transactions that lock several users cannot wait for each other in a circle. The
 * names are compared again with the locked row: a user who was renamed meanwhile is not found under the old name.
 */
const namedSql = userNamed('given.realm_id', 'given.user_key', 'id');
const stillNamedSql = isStillNamed('wanted.user_key');
const lockMany = {
  name: 'user.lock_many',
  text: `
    with wanted as materialized (
      select given.position, given.realm_id, given.user_key, known.id
      from unnest($1::uuid[], $2::text[]) with ordinality as given (realm_id, user_key, position)
      cross join lateral ${namedSql} known
      order by known.id
    )
    select wanted.position::int as position, u.id, u.realm_id as "realmId", u.user_id as "userId", u.user_key as "userKey",
      u.aliases as "aliasNames", u.state, u.state_reason as "stateReason", ${fieldsSql},
      coalesce(octet_length(u.contacts::text), 0) as "contactBytes", u.sealed_secrets as "sealedSecrets",
      (select field_rules from realm where id = u.realm_id) as rules
    from wanted
    cross join lateral (
      select * from directory.user u where u.id = wanted.id and ${stillNamedSql} limit 1
      for no key update
    ) u`,
};

const changedColumns = settingColumns('changed');
const savedSql = fieldParameters(5);
const saveMany = {
  name: 'user.save_many',
  text: `
    update directory.user u
    set ${changedColumns},
      contacts = coalesce(changed.contacts, u.contacts),
      sealed_secrets = changed.sealed_secrets, sealing_key_id = changed.sealing_key_id, updated_at = now()
    from unnest($1::uuid[], $2::json[], $3::bytea[], $4::text[], ${savedSql})
      as changed (id, contacts, sealed_secrets, sealing_key_id, ${fieldColumns})
    where u.id = changed.id`,
};

/** Statements that change users, by hand where many go together or a key decides. What is only shown is read by `ProfileStore`. */
@Injectable()
export class UserStore {
  constructor(private readonly database: Database) {}

  /** Takes an id for this user. Creation and withdrawal of an id meet here, at one unique key. */
  async claimId(tx: Transaction, { id, realmId, userKey }: NewUser): Promise<IdClaim> {
    const [taken] = await tx.query<{ rules: FieldRules | null }>(claimId, [realmId, id]);
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

  /**
   * The unique key of (realm, user id as compared) decides between two creations; that it is no alias is for the caller
   * to have made sure.
   * @returns false when another user has the user id
   */
  async insert(tx: Transaction, user: NewUser, secrets: SealedValue | undefined): Promise<boolean> {
    const { id, realmId, userId, userKey, fields, contacts } = user;
    const rows = await tx.query(insert, [
      realmId,
      id,
      userId,
      userKey,
      contacts.length === 0 ? null : JSON.stringify(shown(contacts)),
      secrets?.sealed ?? null,
      secrets?.keyId ?? null,
      ...columnsOf([fields]),
    ]);
    return rows.length > 0;
  }

  /** Holds the user's row until the transaction ends, so that changes come one after another and none is lost. */
  async lock(tx: Transaction, name: UserName): Promise<LockedUser | undefined> {
    const [user] = await this.lockMany(tx, [name]);
    return user;
  }

  /** The same for many users of many realms, by position; `undefined` where there is none. */
  async lockMany(tx: Transaction, names: readonly UserName[]): Promise<readonly (LockedUser | undefined)[]> {
    const rows = await tx.query<Omit<LockedUser, 'fields'> & FieldRow & { readonly position: number }>(lockMany, [
      names.map(({ realmId }) => realmId),
      names.map(({ userKey }) => userKey),
    ]);
    const users = new Array<LockedUser | undefined>(names.length).fill(undefined);
    for (const row of rows) users[row.position - 1] = lockedUserOf(row);
    return users;
  }

  /** Writes users as they are now; their rows are this transaction's. Rows of contacts, and aliases, are written elsewhere. */
  async saveMany(tx: Transaction, users: readonly SavedUser[]): Promise<void> {
    if (users.length === 0) return;
    await tx.query(saveMany, [
      users.map(({ id }) => id),
      users.map(({ contacts }) => (contacts === undefined ? null : JSON.stringify(shown(contacts.after)))),
      users.map(({ sealedSecrets }) => sealedSecrets),
      users.map(({ sealedSecrets }) => (sealedSecrets === null ? null : keyIdOf(sealedSecrets))),
      ...columnsOf(users.map(({ fields }) => fields)),
    ]);
  }

  /** The time is that of the change; `activated_at` that of the first `active`. */
  async mark(tx: Transaction, id: string, state: UserState, reason: string | undefined): Promise<void> {
    await tx.repository(UserEntity).update(
      { id },
      {
        state,
        stateReason: reason || null,
        stateChangedAt: () => 'now()',
        updatedAt: () => 'now()',
        ...(state === 'active' ? { activatedAt: () => 'coalesce(activated_at, now())' } : {}),
      },
    );
  }

  /** @returns false when another user of the realm has the new user id; the transaction is of no use then */
  async rename(tx: Transaction, id: string, userId: string, userKey: string): Promise<boolean> {
    try {
      await tx.repository(UserEntity).update({ id }, { userId, userKey, updatedAt: () => 'now()' });
      return true;
    } catch (error) {
      if (violatesUnique(error, 'user_realm_id_user_key_key')) return false;
      throw error;
    }
  }

  /** PIN and answers of a user, by id; null where there is no such user in the realm, or no secret. */
  async findSealedSecrets(realmId: string, id: string): Promise<Buffer | null> {
    const row = await this.database
      .repository(UserEntity)
      .findOne({ where: { id, realmId }, select: { id: true, sealedSecrets: true } });
    return row?.sealedSecrets ?? null;
  }
}

function lockedUserOf(row: Omit<LockedUser, 'fields'> & FieldRow): LockedUser {
  const { id, realmId, userId, userKey, aliasNames, state, stateReason, contactBytes, sealedSecrets, rules } = row;
  const fields = fieldsOf(row);
  return { id, realmId, userId, userKey, aliasNames, state, stateReason, fields, contactBytes, sealedSecrets, rules };
}
