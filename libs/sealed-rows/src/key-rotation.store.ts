import type { Queryable, Transaction } from '@countersign/persistence';

const find = 'select from key_rotation where key_id = $1';

// the unique key decides which of many processes finishes a rotation
const finish = `
  with earlier as (select count(*) as count from key_rotation),
    added as (insert into key_rotation (key_id) values ($1) on conflict do nothing returning key_id)
  select (select count from earlier) > 0 as "isRotation" from added`;

/**
 * Keys of the ring under which, at one moment, every sealed value was. SQL by hand: one statement decides who finishes a
 * rotation, and a library brings no entity into the services' data sources.
 */
export class KeyRotationStore {
  async isFinished(queryable: Queryable, keyId: string): Promise<boolean> {
    return (await queryable.query(find, [keyId])).length > 0;
  }

  /** @returns whether this ends a rotation: false when it was noted before, and for the first key of all */
  async finish(tx: Transaction, keyId: string): Promise<boolean> {
    const [added] = await tx.query<{ isRotation: boolean }>(finish, [keyId]);
    return added?.isRotation ?? false;
  }
}
