import type { exportUsers, ReplyOf } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { groupsOfUser } from '../names/groups-of-user.js';

/** A whole user as handed out. */
export type ExportedUser = ReplyOf<typeof exportUsers>['users'][number];

export interface ExportedRow extends Pick<ExportedUser, 'id' | 'userId'> {
  readonly userKey: string;
  /** Absent where no message could carry it. */
  readonly user: ExportedUser | undefined;
  /** Whether the page has room for it. */
  readonly fits: boolean;
}

/** The same with its JSON as text, by whose length the page is measured. */
type ReadRow = Omit<ExportedRow, 'user'> & { readonly user: string | null };

export interface SealedRow {
  readonly id: string;
  /** From 1, within what was asked for. */
  readonly place: number;
  /** Absent where the answer has no room for them. */
  readonly sealedSecrets: Buffer | null;
}

/** SQL for the user whose row is `u`, but for what is sealed; what has no value is absent. */
const userSql = `
  jsonb_strip_nulls(jsonb_build_object('id', u.id, 'userId', u.user_id, 'state', u.state,
    'aliases', coalesce(to_jsonb(u.aliases), '[]'), 'displayName', u.display_name,
    'name', jsonb_build_object('given', u.given_name, 'family', u.family_name), 'locale', u.locale,
    'timezone', u.timezone, 'externalId', u.external_id, 'notes', u.notes,
    'emails', coalesce((u.contacts -> 'emails')::jsonb, '[]'), 'phones', coalesce((u.contacts -> 'phones')::jsonb, '[]'),
    'attributes', u.attributes, 'questions', u.questions,
    'groups', coalesce(${groupsOfUser('g.name order by g.group_key')}, '[]')))::text`;

/*
 * Users after a key, in order, as long as they are not too large together: how much a page holds is decided before any of
 * it is sent. One row more than fits is answered, so that it is known whether there are more. Each row is one step from
 * the one before, so that none is read behind the page's end: a page of few large users costs what it shows.
 */
const findAfter = `
  with recursive page as (
    select 0 as place, 0::bigint as bytes, null::uuid as id, null::text as user_id, $2::text collate "C" as user_key,
      null::text as shown
    union all
    select page.place + 1, page.bytes + size, u.id, u.user_id, u.user_key, case when size <= $5 then u.shown end
    from page
    cross join lateral (
      select u.id, u.user_id, u.user_key, ${userSql} as shown
      from directory.user u
      where u.realm_id = $1 and u.user_key > page.user_key
      order by u.realm_id, u.user_key limit 1
    ) u
    cross join lateral (select octet_length(u.shown) + 20 as size) measured
    where page.place < $3 and (page.place <= 1 or page.bytes <= $4)
  )
  select id, user_id as "userId", user_key as "userKey", shown as user, place = 1 or (bytes <= $4 and place < $3) as fits
  from page where place > 0 order by place`;

/*
 * What is sealed is larger than what is in it, and its size is known without reading it: of what the answer has no room
 * for nothing is read.
 */
const findSealed = `
  select id, place::int, case when place = first or bytes <= $3 then sealed_secrets end as "sealedSecrets"
  from (
    select u.id, place, sealed_secrets, min(place) over () as first,
      sum(octet_length(sealed_secrets) + 60) over (order by place) as bytes
    from unnest($2::uuid[]) with ordinality as asked (id, place)
    cross join lateral (
      select id, realm_id, sealed_secrets from directory.user where id = asked.id and sealed_secrets is not null limit 1
    ) u
    where u.realm_id = $1
  ) measured
  order by place`;

/**
 * Whole users and their secrets. The statements are SQL by hand since each bounds by bytes what it reads, which no
 * repository can.
 */
@Injectable()
export class ExportStore {
  constructor(private readonly database: Database) {}

  /**
   * Users whose user id (folded) comes after `after`, in its order.
   * @param bytes about as large as a page may be; one user alone may be larger
   * @param mostBytes of one user; larger users come without values
   * @returns as many as fit, at most `limit`, and one more when there is one
   */
  async findAfter(
    realmId: string,
    after: string,
    limit: number,
    { bytes, mostBytes }: { readonly bytes: number; readonly mostBytes: number },
  ): Promise<ExportedRow[]> {
    const rows = await this.database.query<ReadRow>(findAfter, [realmId, after, limit + 1, bytes, mostBytes]);
    return rows.map(({ user, ...row }) => ({
      ...row,
      user: user === null ? undefined : (JSON.parse(user) as ExportedUser),
    }));
  }

  /**
   * Of those among `ids` that are users of the realm and have secrets, in the order of `ids`.
   * @param ids no two alike
   * @param bytes what of it may be handed out at once; from where it is full on rows are without their secrets
   */
  findSealed(tx: Transaction, realmId: string, ids: readonly string[], bytes: number): Promise<SealedRow[]> {
    return tx.query<SealedRow>(findSealed, [realmId, ids, bytes]);
  }
}
