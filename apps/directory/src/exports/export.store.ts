import type { UserStatus } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

type Values = Readonly<Record<string, string>>;

/** A whole user, but for what is sealed. */
export interface ExportedRow {
  readonly id: string;
  readonly userId: string;
  readonly userKey: string;
  readonly status: UserStatus;
  readonly properties: Values;
  readonly questions: Values;
  readonly extendedProperties: Values;
  readonly groups: readonly string[];
  /** Whether the page has room for it. */
  readonly fits: boolean;
}

/** The same with its JSON as text, by whose length the page is measured. */
type ReadRow = Readonly<Record<'properties' | 'questions' | 'extendedProperties' | 'groups', string>> &
  Omit<ExportedRow, 'properties' | 'questions' | 'extendedProperties' | 'groups'>;

export interface SealedRow {
  readonly id: string;
  readonly sealedSecrets: Buffer;
}

/*
 * Users after a key, in order, as long as they are not too large together: how much a page holds is decided before any of
 * it is sent. One row more than fits is answered, so that it is known whether there are more.
 */
const findAfter = `
  with page as (
    select u.id, u.user_id, u.user_key, u.status, u.properties::text, u.questions::text, u.extended_properties::text,
      coalesce((
        select jsonb_agg(g.name order by g.group_key)
        from directory.membership m
        cross join lateral (
          select name, group_key, realm_id from directory.group where id = m.group_uuid and deleted_at is null limit 1
        ) g
        where m.user_uuid = u.id and m.realm_id = u.realm_id and g.realm_id = u.realm_id), '[]')::text as groups
    from directory.user u
    where u.realm_id = $1 and u.user_key > $2
    order by u.realm_id, u.user_key limit $3
  ), measured as (
    select *, sum(300 + octet_length(user_id) + octet_length(properties) + octet_length(questions)
      + octet_length(extended_properties) + octet_length(groups)) over (order by user_key) as bytes,
      row_number() over (order by user_key) as place
    from page
  )
  select id, user_id as "userId", user_key as "userKey", status, properties, questions,
    extended_properties as "extendedProperties", groups, place = 1 or (bytes <= $4 and place < $3) as fits
  from measured
  where place <= 1 + greatest(1, (select count(*) from measured where bytes <= $4))
  order by place`;

const findSealed = `
  select id, sealed_secrets as "sealedSecrets" from directory.user
  where realm_id = $1 and id = any ($2::uuid[]) and sealed_secrets is not null order by id`;

@Injectable()
export class ExportStore {
  constructor(private readonly database: Database) {}

  /**
   * Users whose user id (folded) comes after `after`, in its order.
   * @param bytes about as large as a page may be; one user alone may be larger
   * @returns as many as fit, at most `limit`, and one more when there is one
   */
  async findAfter(realmId: string, after: string, limit: number, bytes: number): Promise<ExportedRow[]> {
    const rows = await this.database.query<ReadRow>(findAfter, [realmId, after, limit + 1, bytes]);
    return rows.map((row) => ({
      ...row,
      properties: JSON.parse(row.properties) as Values,
      questions: JSON.parse(row.questions) as Values,
      extendedProperties: JSON.parse(row.extendedProperties) as Values,
      groups: JSON.parse(row.groups) as string[],
    }));
  }

  /** Of those among `ids` that are users of the realm and have secrets. */
  findSealed(tx: Transaction, realmId: string, ids: readonly string[]): Promise<SealedRow[]> {
    return tx.query<SealedRow>(findSealed, [realmId, ids]);
  }
}
