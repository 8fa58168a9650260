import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { ApplicationPlace } from './application.js';
import { ApplicationStore } from './application.store.js';

/** What other features of this service need of applications. */
@Injectable()
export class Applications {
  constructor(private readonly applications: ApplicationStore) {}

  /** Where applications live, by id; unknown ones are missing from the answer. */
  async find(applicationIds: readonly string[]): Promise<ReadonlyMap<string, ApplicationPlace>> {
    const places = await this.applications.findPlaces([...new Set(applicationIds)]);
    return new Map(places.map((place) => [place.applicationId, place]));
  }

  /**
   * Makes every copy that a gateway holds of the realm's applications an old one: their realm has changed. The
   * transaction holds the realm's row, so that no application comes in between with the old settings.
   */
  outdate(tx: Transaction, realmId: string): Promise<void> {
    return this.applications.raiseVersions(tx, { realmId });
  }
}
