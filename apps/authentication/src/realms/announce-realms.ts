import { type RealmKeeper, realmKeepers } from '@countersign/contracts';
import { LOGGER } from '@countersign/hosting';
import { newAskContext } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { Inject, Injectable } from '@nestjs/common';
import { AnnounceRealm } from './announce-realm.js';
import { RealmStore } from './realm.store.js';

const atOnce = 50;

/**
 * The sweep behind {@link AnnounceRealm}: asks again each service that has not confirmed a realm as it is. A service that
 * is new comes to know all realms so.
 */
@Injectable()
export class AnnounceRealms {
  constructor(
    private readonly realms: RealmStore,
    private readonly announceRealm: AnnounceRealm,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async sweep(): Promise<void> {
    await Promise.all(realmKeepers.map((keeper) => this.sweepFor(keeper)));
  }

  private async sweepFor(keeper: RealmKeeper): Promise<void> {
    for (const realm of await this.realms.findNotAdopted(keeper, atOnce)) {
      const context = newAskContext({ actor: { kind: 'service', id: 'authentication' } });
      await this.announceRealm.ask(realm, context, [keeper]).catch((error: Error) => {
        this.logger.warn({ realm: realm.realm, reason: error.message }, 'a service has not adopted a realm yet');
      });
    }
  }
}
