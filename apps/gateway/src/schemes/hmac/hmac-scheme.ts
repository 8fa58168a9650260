import type { RefusalReason } from '@countersign/contracts';
import { parseAuthorization, type RequestRefusal, type Tolerances } from '@countersign/signing';
import type { Arrival } from '../../exchange/arrival.js';
import type { CredentialScheme, Identified, Refusal, SchemeParts } from '../../exchange/scheme.js';
import type { Answer } from '../../http/answer.js';
import { ApplicationKeys, type SigningApplication } from './application-keys.js';
import { type CredentialParts, HmacCredential, isUsable } from './hmac-credential.js';

/** What a dialect that trusts this scheme has to say. */
export interface HmacDialect<Settings> {
  /** The refusals of contract A.4 in the dialect's words. */
  readonly refusals: Readonly<Record<RequestRefusal, Answer>>;
  /** Deviations of clients that a realm lets pass. */
  tolerances(settings: Settings): Tolerances;
}

/**
 * Requests that are signed with HMAC-SHA256 under an application key, each signature good for one request, and answers
 * that are signed with the same key. `libs/signing` holds what is signed; this holds what a gateway does about it.
 *
 * | contract A.4 | here |
 * | --- | --- |
 * | steps 1 to 5: header, scheme, form, application and its realm | {@link HmacScheme.identify} |
 * | step 6: date | {@link HmacCredential.precheck} |
 * | steps 7, 8: the signature over the bytes of the body | {@link HmacCredential.verify} |
 * | step 9: never seen before | {@link HmacCredential.claim} |
 */
export class HmacScheme<Settings> implements CredentialScheme<Settings> {
  private readonly shared: CredentialParts<Settings>;

  constructor(parts: SchemeParts<Settings>, dialect: HmacDialect<Settings>) {
    const applicationKeys = new ApplicationKeys(parts.messenger, {
      size: parts.settings.APPLICATION_CACHE_SIZE,
      applicationOf: parts.applicationOf,
      tolerancesOf: (settings) => dialect.tolerances(settings),
    });
    this.shared = { parts, applicationKeys, refusals: refusalsIn(dialect.refusals) };
  }

  async identify(arrival: Arrival): Promise<Identified<Settings>> {
    const { applicationKeys, refusals } = this.shared;
    const claimed = parseAuthorization(arrival.head.headers.authorization);
    if (claimed.refusal !== undefined) return { obstacle: refusals[claimed.refusal] };
    const { applicationId, mac } = claimed;
    const application = applicationKeys.cached(applicationId) ?? (await this.find(arrival, applicationId));
    if (application === 'unavailable') return { obstacle: 'unavailable' };
    if (application === undefined || !isUsable(application, arrival)) {
      return { obstacle: refusals['application-unknown'] };
    }
    return { credential: new HmacCredential(arrival, application, mac, this.shared) };
  }

  private async find(
    { correlation }: Arrival,
    applicationId: string,
  ): Promise<SigningApplication<Settings> | 'unavailable' | undefined> {
    try {
      return await this.shared.applicationKeys.find(applicationId);
    } catch (error) {
      this.shared.parts.faults.write(error, { ...correlation }, 'an application could not be looked up');
      return 'unavailable';
    }
  }
}

function refusalsIn(words: Readonly<Record<RequestRefusal, Answer>>): Record<RequestRefusal, Refusal> {
  const refusals = Object.entries(words).map(([reason, answer]): [string, Refusal] => [
    reason,
    Object.freeze({ reason, answer, recordedAs: recordedAs[reason as RequestRefusal] }),
  ]);
  return Object.freeze(Object.fromEntries(refusals) as Record<RequestRefusal, Refusal>);
}

/** The first five refusals are of no known application. */
const recordedAs: Readonly<Partial<Record<RequestRefusal, RefusalReason>>> = Object.freeze({
  'clock-skewed': 'clock_skew',
  'credentials-invalid': 'invalid_credentials',
  'seen-before': 'replayed',
});
