import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import type { Application } from '../../../apps/gateway/src/exchange/application.js';
import type { Arrival } from '../../../apps/gateway/src/exchange/arrival.js';
import type { CredentialScheme, Identified } from '../../../apps/gateway/src/exchange/scheme.js';
import type { Answer } from '../../../apps/gateway/src/http/answer.js';

/** Bearer tokens (RFC 6750): its holder is its application. Nothing is claimed, and answers carry no seal. */
export class BearerScheme implements CredentialScheme {
  constructor(
    private readonly applications: ReadonlyMap<string, Application>,
    private readonly refusal: Answer,
  ) {}

  async identify({ head }: Arrival): Promise<Identified> {
    const [, token = ''] = /^Bearer (\S+)$/.exec(head.headers.authorization ?? '') ?? [];
    const application = this.applications.get(token);
    if (application === undefined) {
      return { obstacle: { reason: 'token-unknown', answer: this.refusal, recordedAs: undefined } };
    }
    return {
      credential: {
        application,
        applicationId: application.applicationId,
        idempotencyKey: uuidv7(systemClock, systemRandomness),
        precheck: () => undefined,
        verify: async () => undefined,
        claim: async () => undefined,
        seal: () => undefined,
      },
    };
  }
}
