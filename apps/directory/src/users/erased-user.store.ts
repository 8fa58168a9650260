import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

const lock = 'select 1 from directory.user where realm_id = $1 and id = $2 for update';
const wasErased = 'select 1 from erased_user where realm_id = $1 and id = $2';

// A request that adds the user to a group locks the user's row, so none can run between these statements.
const removals = [
  'delete from membership where realm_id = $1 and user_uuid = $2',
  'delete from contact where realm_id = $1 and user_uuid = $2',
  'delete from user_alias where realm_id = $1 and user_uuid = $2',
  'delete from directory.user where realm_id = $1 and id = $2',
  'insert into erased_user (realm_id, id) values ($1, $2)',
];

/**
 * The end of users, under the lock of the row and in this order. Their ids stay settled (`user_identity`): none is ever a
 * user again. The statements are SQL by hand: three of the tables have no entity, since their other statements take many
 * rows at once, and one more way to delete by key would be all that it is for.
 */
@Injectable()
export class ErasedUserStore {
  /**
   * Deletes the user and all that hangs on it here.
   * @returns `unknown`: the realm never had a user of this id
   */
  async erase(tx: Transaction, realmId: string, id: string): Promise<'erased' | 'was-erased' | 'unknown'> {
    const key = [realmId, id];
    if ((await tx.query(lock, key)).length === 0) {
      // a statement of its own: it sees what the previous holder of the row has committed
      return (await tx.query(wasErased, key)).length > 0 ? 'was-erased' : 'unknown';
    }
    for (const statement of removals) await tx.query(statement, key);
    return 'erased';
  }
}
