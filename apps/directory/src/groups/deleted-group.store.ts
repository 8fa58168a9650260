import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

// Who sweeps a group has it alone: another replica takes the next one.
const lockNext = `
  select id from directory.group where deleted_at is not null and id >= $1 order by id limit 1 for update skip locked`;

const removeMemberships = `
  with gone as (
    delete from membership where ctid = any (array(
      select ctid from membership where group_uuid = $1 and user_uuid > $2 order by user_uuid limit $3
    )) returning user_uuid
  )
  select user_uuid as "userUuid" from gone order by user_uuid desc limit 1`;

const removeGroup = `
  delete from directory.group g where id = $1 and deleted_at is not null
    and not exists (select from membership where group_uuid = g.id) returning id`;

/**
 * What is left of deleted groups. The statements are SQL by hand: that of two replicas one sweeps a group, that a step
 * removes a bounded number of rows, and that no row of a group goes before its memberships, is what each of them guarantees.
 */
@Injectable()
export class DeletedGroupStore {
  /** The first deleted group, by id, from `from` on that no other replica sweeps; held until the transaction ends. */
  async lockNext(tx: Transaction, from: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(lockNext, [from]);
    return row?.id;
  }

  /**
   * Removes at most `limit` memberships, of the users that come after `after`.
   * @returns the last of these users; `undefined` when there was none
   */
  async removeMemberships(tx: Transaction, id: string, after: string, limit: number): Promise<string | undefined> {
    const [row] = await tx.query<{ userUuid: string }>(removeMemberships, [id, after, limit]);
    return row?.userUuid;
  }

  /** Removes the row of a group; answers false when a membership is still there. */
  async removeGroup(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.query(removeGroup, [id])).length > 0;
  }
}
