import { Problem, type ReplyOf, type RequestOf, realmSettings, showCredential } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { BatchLoader } from '@countersign/persistence';
import { Sealer } from '@countersign/sealed-rows';
import { Controller } from '@nestjs/common';
import type { SealedCredential } from './application.js';
import { ApplicationStore } from './application.store.js';
import { applicationKeys } from './application-key.store.js';

/** What a gateway must know to check a signature, keys opened. Reads of one turn share one statement. */
@Controller()
export class ShowCredential {
  private readonly batch: BatchLoader<string, SealedCredential | undefined>;

  constructor(
    applications: ApplicationStore,
    private readonly sealer: Sealer,
  ) {
    this.batch = new BatchLoader({
      maxItems: 200,
      concurrency: 2,
      read: async (applicationIds) => {
        const found = await applications.findCredentials(applicationIds);
        return applicationIds.map((applicationId) => found.get(applicationId));
      },
    });
  }

  /** @throws Problem `application.unknown`, `application.disabled`, `key_ring.key_unknown` */
  @Handles(showCredential)
  async show({ applicationId }: RequestOf<typeof showCredential>): Promise<ReplyOf<typeof showCredential>> {
    const found = await this.batch.load(applicationId);
    if (found === undefined) throw new Problem('application.unknown');
    if (found.isDisabled) throw new Problem('application.disabled');
    const { keys, isDisabled, settings, ...credential } = found;
    return {
      ...credential,
      settings: realmSettings.parse(settings),
      keys: keys.map(({ keyVersion, sealedKey }) => ({
        keyVersion,
        key: this.sealer.open(applicationKeys.at(applicationId, keyVersion), sealedKey).toString('hex'),
      })),
    };
  }
}
