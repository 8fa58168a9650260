import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { UserEmailStore } from './user-email.store.js';

/** For imports: mail addresses that are taken, of many at once. */
@Injectable()
export class FindTakenAddresses {
  constructor(private readonly emails: UserEmailStore) {}

  /**
   * Those of `keys` (folded) that users of the realm have; where the realm demands unique addresses, nobody gets another
   * one of them until the transaction ends, and where it does not, there is nothing to find: `undefined`.
   */
  run(tx: Transaction, realmId: string, keys: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    return this.emails.findTaken(tx, realmId, keys);
  }
}
