import type { UserStatus } from '@countersign/contracts';
import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { groupsOfUser } from '../groups/groups-of-user.js';

const groupsSql = groupsOfUser('g.name order by g.group_key');

type Values = Readonly<Record<string, string>>;

/** What a user has, but for what is sealed. */
interface ExportedValues {
  readonly properties: Values;
  readonly questions: Values;
  readonly extendedProperties: Values;
  readonly groups: readonly string[];
}

/** A whole user. */
export interface ExportedRow {
  readonly id: string;
  readonly userId: string;
  readonly userKey: string;
  readonly status: UserStatus;
  /** Absent where no message could carry them. */
  readonly values: ExportedValues | undefined;
  /** Whether the page has room for it. */
  readonly fits: boolean;
}

/** The same with its JSON as text, by whose length the page is measured. */
type ReadRow = Omit<ExportedRow, 'values'> &
  Readonly<Record<keyof ExportedValues, string>> & { readonly isTooLarge: boolean };

export interface SealedRow {
  readonly id: string;
  /** From 1, within what was asked for. */
  readonly place: number;
  /** Absent where the answer has no room for them. */
  readonly sealedSecrets: Buffer | null;
}

/*
 * Users after a key, in order, as long as they are not too large together: how much a page holds is decided before any of
 * it is sent. One row more than fits is answered, so that it is known whether there are more. Each row is one step from
 * the one before, so that none is read behind the page's end: a page of few large users costs what it shows.
 */
const findAfter = `
  with recursive page as (
    select 0 as place, 0::bigint as bytes, false as is_too_large, null::uuid as id, null::text as user_id,
      $2::text collate "C" as user_key, null::text as status, null::text as properties, null::text as questions,
      null::text as extended_properties, null::text as groups
    union all
    select page.place + 1, page.bytes + size, size > $5, u.id, u.user_id, u.user_key, u.status,
      case when size <= $5 then u.properties end, case when size <= $5 then u.questions end,
      case when size <= $5 then u.extended_properties end, case when size <= $5 then u.groups end
    from page
    cross join lateral (
      select u.id, u.user_id, u.user_key, u.status, u.properties::text, u.questions::text, u.extended_properties::text,
        coalesce(${groupsSql}, '[]')::text as groups
      from directory.user u
      where u.realm_id = $1 and u.user_key > page.user_key
      order by u.realm_id, u.user_key limit 1
    ) u
    cross join lateral (
      select 300 + octet_length(u.user_id) + octet_length(u.properties) + octet_length(u.questions)
        + octet_length(u.extended_properties) + octet_length(u.groups) as size
    ) measured
    where page.place < $3 and (page.place <= 1 or page.bytes <= $4)
  )
  select id, user_id as "userId", user_key as "userKey", status, properties, questions,
    extended_properties as "extendedProperties", groups, is_too_large as "isTooLarge",
    place = 1 or (bytes <= $4 and place < $3) as fits
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

@Injectable()
export class ExportStore {
  constructor(private readonly database: Database) {}

  /**
   * Users whose user id (folded) comes after `after`, in its order.
   * @param bytes about as large as a page may be; one user alone may be larger
   * @param mostBytes of one user; whoever is larger comes without values
   * @returns as many as fit, at most `limit`, and one more when there is one
   */
  async findAfter(
    realmId: string,
    after: string,
    limit: number,
    { bytes, mostBytes }: { readonly bytes: number; readonly mostBytes: number },
  ): Promise<ExportedRow[]> {
    const rows = await this.database.query<ReadRow>(findAfter, [realmId, after, limit + 1, bytes, mostBytes]);
    return rows.map((row) => ({ ...row, values: row.isTooLarge ? undefined : valuesOf(row) }));
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

function valuesOf({ properties, questions, extendedProperties, groups }: ReadRow): ExportedValues {
  return {
    properties: JSON.parse(properties) as Values,
    questions: JSON.parse(questions) as Values,
    extendedProperties: JSON.parse(extendedProperties) as Values,
    groups: JSON.parse(groups) as string[],
  };
}
