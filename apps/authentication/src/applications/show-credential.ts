import { Problem, realmSettings, showCredential } from '@countersign/contracts';
import { type AnswerTo, type AskedRequest, answerEach, HandlesTogether } from '@countersign/messaging/server';
import { Sealer } from '@countersign/sealed-rows';
import { Controller } from '@nestjs/common';
import { ApplicationStore } from './application.store.js';
import { applicationKeys } from './application-key.store.js';

/** What a gateway must know to check a signature, keys opened. Reads that wait together share one statement. */
@Controller()
export class ShowCredential {
  constructor(
    private readonly applications: ApplicationStore,
    private readonly sealer: Sealer,
  ) {}

  /** Refuses with `application.unknown`, `application.disabled`, `key_ring.key_unknown`. */
  @HandlesTogether(showCredential)
  async show(requests: readonly AskedRequest<typeof showCredential>[]): Promise<AnswerTo<typeof showCredential>[]> {
    const credentials = await this.applications.findCredentials(requests.map(({ request }) => request.applicationId));
    const found = requests.map(
      ({ request }) => credentials.get(request.applicationId) ?? new Problem('application.unknown'),
    );
    return answerEach(requests, found, ({ keys, isDisabled, settings, ...credential }, { applicationId }) => {
      if (isDisabled) return new Problem('application.disabled');
      return {
        ...credential,
        settings: realmSettings.parse(settings),
        keys: keys.map(({ keyVersion, sealedKey }) => ({
          keyVersion,
          key: this.sealer.open(applicationKeys.at(applicationId, keyVersion), sealedKey).toString('hex'),
        })),
      };
    });
  }
}
