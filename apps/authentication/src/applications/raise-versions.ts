import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { ApplicationStore } from './application.store.js';

/** Makes every copy that a gateway holds of the realm's applications an old one: their realm has changed. */
@Injectable()
export class RaiseVersions {
  constructor(private readonly applications: ApplicationStore) {}

  /** The transaction holds the realm's row, so that no application comes in between with the old settings. */
  run(tx: Transaction, realmId: string): Promise<void> {
    return this.applications.raiseVersions(tx, realmId);
  }
}
