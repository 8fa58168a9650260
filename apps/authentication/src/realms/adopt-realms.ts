import { LOGGER } from '@countersign/hosting';
import { newAskContext } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { Inject, Injectable } from '@nestjs/common';
import { AdoptRealm } from './adopt-realm.js';
import { RealmStore } from './realm.store.js';

const atOnce = 50;

/** The sweep behind {@link AdoptRealm}: asks again for realms that the directory has not confirmed as they are. */
@Injectable()
export class AdoptRealms {
  constructor(
    private readonly realms: RealmStore,
    private readonly adoptRealm: AdoptRealm,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    for (const realm of await this.realms.findNotAdopted(atOnce)) {
      const context = newAskContext({ actor: { kind: 'service', id: 'authentication' } });
      await this.adoptRealm.run(realm, context).catch((error: Error) => {
        this.logger.warn({ realm: realm.realm, reason: error.message }, 'the directory has not adopted a realm yet');
      });
    }
  }
}
