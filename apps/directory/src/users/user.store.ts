import type { UserStatus } from '@countersign/contracts';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { UserEmailStore } from './user-email.store.js';
import type { SealedSecrets } from './user-secret-keeper.js';

/** What of a user changes with an update. */
export interface UserContent {
  readonly properties: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, string>>;
}

/** A user whose row this transaction holds. */
export interface LockedUser extends UserContent {
  readonly id: string;
  readonly realmId: string;
  readonly status: UserStatus;
  readonly sealedSecrets: Buffer | null;
}

export interface NewUser extends UserContent {
  readonly id: string;
  readonly realmId: string;
  readonly userId: string;
  readonly userKey: string;
}

/** What the rows of other users refuse. */
export type StoreRefusal = 'user.exists' | 'user.email_exists';

const claimId = `
  insert into directory.user_identity (id, is_withdrawn) values ($1, false) on conflict do nothing returning id`;

const findClaimed = `
  select i.is_withdrawn as "isWithdrawn", u.realm_id = $2 and u.user_key = $3 as "isSame"
  from directory.user_identity i left join directory.user u on u.id = i.id where i.id = $1`;

// In the order of the ids, so that two withdrawals of the same ids cannot wait for each other.
const withdraw = `
  insert into directory.user_identity (id, is_withdrawn)
  select id, true from unnest($1::uuid[]) as wanted (id) order by id on conflict do nothing`;

const findExisting = 'select id from directory.user_identity where id = any ($1::uuid[]) and not is_withdrawn';

const insert = `
  insert into directory.user (id, realm_id, user_id, user_key, properties, questions, sealed_secrets, sealed_key_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (realm_id, user_key) do nothing returning id`;

const lock = {
  name: 'user.lock',
  text: `
    select id, realm_id as "realmId", status, properties, questions, sealed_secrets as "sealedSecrets"
    from directory.user where realm_id = $1 and user_key = $2 for no key update`,
};

const save = {
  name: 'user.save',
  text: `
    update directory.user
    set properties = $2, questions = $3, sealed_secrets = $4, sealed_key_id = $5, updated_at = now() where id = $1`,
};

const mark = 'update directory.user set status = $2, updated_at = now() where id = $1';

/** Statements that change users. What is only shown is read by `ProfileStore`. */
@Injectable()
export class UserStore {
  constructor(private readonly emails: UserEmailStore) {}

  /**
   * Takes an id for this user. Creation and withdrawal of an id meet here, at one unique key.
   * @returns `taken`; `withdrawn`: it may never be a user; `is-same`: it is this very user already; `is-other`
   */
  async claimId(tx: Transaction, user: NewUser): Promise<'taken' | 'withdrawn' | 'is-same' | 'is-other'> {
    if ((await tx.query(claimId, [user.id])).length > 0) return 'taken';
    const [found] = await tx.query<{ isWithdrawn: boolean; isSame: boolean | null }>(findClaimed, [
      user.id,
      user.realmId,
      user.userKey,
    ]);
    if (found?.isWithdrawn) return 'withdrawn';
    return found?.isSame === true ? 'is-same' : 'is-other';
  }

  /** Makes sure that none of `ids` becomes a user later; answers those that are users already. */
  async withdrawIds(tx: Transaction, ids: readonly string[]): Promise<string[]> {
    await tx.query(withdraw, [ids]);
    const rows = await tx.query<{ id: string }>(findExisting, [ids]);
    return rows.map(({ id }) => id);
  }

  /** The unique key of (realm, user id as compared) decides between two creations. */
  async insert(tx: Transaction, user: NewUser, secrets: SealedSecrets | undefined): Promise<StoreRefusal | undefined> {
    const { id, realmId, userId, userKey, properties, questions } = user;
    const rows = await tx.query(insert, [
      id,
      realmId,
      userId,
      userKey,
      ...contentValues({ properties, questions }, secrets),
    ]);
    if (rows.length === 0) return 'user.exists';
    return (await this.emails.change(tx, realmId, id, {}, properties)) ? undefined : 'user.email_exists';
  }

  /** Holds the user's row until the transaction ends, so that changes come one after another and none is lost. */
  async lock(tx: Transaction, realmId: string, userKey: string): Promise<LockedUser | undefined> {
    const [row] = await tx.query<LockedUser>(lock, [realmId, userKey]);
    return row;
  }

  async save(
    tx: Transaction,
    user: LockedUser,
    content: UserContent,
    secrets: SealedSecrets | undefined,
  ): Promise<StoreRefusal | undefined> {
    const { id, realmId, properties } = user;
    await tx.query(save, [id, ...contentValues(content, secrets)]);
    return (await this.emails.change(tx, realmId, id, properties, content.properties))
      ? undefined
      : 'user.email_exists';
  }

  async mark(tx: Transaction, id: string, status: UserStatus): Promise<void> {
    await tx.query(mark, [id, status]);
  }
}

function contentValues({ properties, questions }: UserContent, secrets: SealedSecrets | undefined): readonly unknown[] {
  return [JSON.stringify(properties), JSON.stringify(questions), secrets?.sealed ?? null, secrets?.keyId ?? null];
}
