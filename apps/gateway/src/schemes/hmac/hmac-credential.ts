import { monotonicMs } from '@countersign/clock';
import { type ClaimVerdict, claimRequest, Problem } from '@countersign/contracts';
import {
  type ApplicationKey,
  isWithinSkew,
  parseSignedDate,
  type RequestRefusal,
  responseHeaders,
  signedDateOf,
  signResponse,
  verifyRequest,
} from '@countersign/signing';
import type { Arrival } from '../../exchange/arrival.js';
import { askContext } from '../../exchange/exchange.js';
import type { Credential, HeaderSink, Obstacle, Refusal, SchemeParts } from '../../exchange/scheme.js';
import type { ApplicationKeys, KeyVersion, SigningApplication } from './application-keys.js';

/** What the credentials of all requests share. */
export interface CredentialParts<Settings> {
  readonly parts: SchemeParts<Settings>;
  readonly applicationKeys: ApplicationKeys<Settings>;
  readonly refusals: Readonly<Record<RequestRefusal, Refusal>>;
}

/** The signature of one request. */
export class HmacCredential<Settings> implements Credential<Settings> {
  readonly applicationId: string;
  application: SigningApplication<Settings> | undefined;
  /** (application, MAC bytes): one signature has several texts, but one key. */
  readonly idempotencyKey: string;
  storeLeadMs: number | undefined = undefined;
  /** Answers are signed with it: the key that verified the request, before that the newest. */
  private answerKey: ApplicationKey | undefined;
  private readonly macText: string;
  private date = '';
  private signedAt = 0;
  private keyVersion = 0;

  /** @param mac undefined if what the request carries can be no MAC */
  constructor(
    private readonly arrival: Arrival,
    application: SigningApplication<Settings>,
    private readonly mac: Buffer | undefined,
    private readonly shared: CredentialParts<Settings>,
  ) {
    this.applicationId = application.applicationId;
    this.application = application;
    this.answerKey = application.keys[0]?.key;
    this.macText = mac?.toString('base64') ?? '';
    this.idempotencyKey = `${application.applicationId}:${this.macText}`;
  }

  /** Step 6, as far as a gateway can tell by its own clock. */
  precheck(): Obstacle | undefined {
    const { clock, settings } = this.shared.parts;
    const date = signedDateOf(this.arrival.head.headers);
    const signedAt = date === undefined ? undefined : parseSignedDate(date);
    if (date === undefined || signedAt === undefined) return this.refuse('clock-skewed');
    if (!isWithinSkew(signedAt, clock.now(), settings.CLOCK_SKEW_SECONDS * 1_000)) return this.refuse('clock-skewed');
    this.date = date;
    this.signedAt = signedAt;
    return undefined;
  }

  /** Step 8, by the keys as this gateway knows them, and by the keys as they are now if it holds under none of them. */
  async verify(): Promise<Obstacle | undefined> {
    const { application } = this;
    if (this.mac === undefined || application === undefined) return this.refuse('credentials-invalid');
    return this.holdsUnder(application) ? undefined : this.verifyAnew(application);
  }

  /** The first request under a new key is as good as any. */
  private async verifyAnew(stale: SigningApplication<Settings>): Promise<Obstacle | undefined> {
    try {
      const application = await this.shared.applicationKeys.recheck(stale);
      if (application === undefined || !isUsable(application, this.arrival)) return this.forget();
      this.application = application;
      this.answerKey = application.keys[0]?.key;
      const isNewer = application.version !== stale.version;
      return isNewer && this.holdsUnder(application) ? undefined : this.refuse('credentials-invalid');
    } catch (error) {
      this.shared.parts.faults.write(error, { ...this.arrival.correlation }, 'an application could not be looked up');
      return 'unavailable';
    }
  }

  /** Step 9 (guarantee G1). No verdict, no effect: whatever keeps the store from saying `won` ends in an obstacle. */
  async claim(until: number): Promise<Obstacle | undefined> {
    try {
      return await this.claimInRounds(until);
    } catch (error) {
      this.shared.parts.faults.write(error, { ...this.arrival.correlation }, 'a claim was not decided');
      return error instanceof Problem && error.code === 'bus.overloaded' ? 'overloaded' : 'unavailable';
    }
  }

  private async claimInRounds(until: number): Promise<Obstacle | undefined> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const { application } = this;
      if (application === undefined) return this.forget();
      const verdict = await this.askStore(application, round, until);
      if (verdict === 'won') return undefined;
      if (verdict === 'recovering') return 'recovering';
      if (verdict === 'replayed') return this.refuse('seen-before');
      if (verdict === 'stale') return this.refuse('clock-skewed');
      // The copy is old: `changed`, or its key is no longer live: `revoked`.
      const newer = await this.shared.applicationKeys.newerThan(application.applicationId, application.version);
      if (newer === undefined || newer.keys.length === 0) return this.forget();
      this.application = newer;
      this.answerKey = newer.keys[0]?.key;
      if (verdict === 'revoked' || !this.holdsUnder(newer)) return this.refuse('credentials-invalid');
    }
    return 'unavailable';
  }

  private async askStore(
    { applicationId, version }: SigningApplication,
    round: number,
    until: number,
  ): Promise<ClaimVerdict> {
    const { messenger, settings, metrics } = this.shared.parts;
    const startedAt = monotonicMs();
    const key = `claim:${round}:${this.idempotencyKey}`;
    const deadlineAt = Math.min(startedAt + settings.CLAIM_DEADLINE_MS, until);
    const context = askContext(this.arrival, applicationId, key, deadlineAt);
    const { keyVersion, signedAt, macText: mac } = this;
    let verdict: ClaimVerdict | 'unanswered' = 'unanswered';
    try {
      const request = { applicationId, version, keyVersion, mac, signedAt };
      const reply = await messenger.ask(claimRequest, request, context);
      ({ verdict } = reply);
      if (reply.storeTime !== undefined) this.storeLeadMs = reply.storeTime - monotonicMs();
      return verdict;
    } finally {
      metrics.claimed(verdict, monotonicMs() - startedAt);
    }
  }

  /** Contract B. What is not known any more, or never was, has no key to sign with. */
  seal(headers: HeaderSink, body: string, date: string): void {
    const { applicationId, answerKey: key } = this;
    if (this.application === undefined || key === undefined) return;
    headers.header(DATE_HEADER, date);
    headers.header(SIGNATURE_HEADER, signResponse({ date, applicationId, body, key }));
  }

  /** Tries the live keys, newest first, and keeps the one under which the MAC holds. */
  private holdsUnder(application: SigningApplication<Settings>): boolean {
    const match = this.keyUnderWhichItHolds(application);
    if (match === undefined) return false;
    this.answerKey = match.key;
    this.keyVersion = match.keyVersion;
    return true;
  }

  private keyUnderWhichItHolds({ keys, tolerances }: SigningApplication<Settings>): KeyVersion | undefined {
    const { head, target, rawBody: body } = this.arrival;
    const { date, applicationId, mac } = this;
    const method = head.method ?? '';
    const { path } = target;
    for (const candidate of keys) {
      const { key } = candidate;
      if (verifyRequest({ method, date, applicationId, path, body, mac, key, tolerances }) !== undefined) {
        return candidate;
      }
    }
    return undefined;
  }

  /** Step 5 after all: an application that is not known any more is answered as if it had never been. */
  private forget(): Obstacle {
    this.application = undefined;
    this.answerKey = undefined;
    return this.refuse('application-unknown');
  }

  private refuse(refusal: RequestRefusal): Refusal {
    return this.shared.refusals[refusal];
  }
}

/** Step 5: an application without a live key is as unknown as one of another realm. */
export function isUsable({ realm, keys }: SigningApplication, { namedRealm }: Arrival): boolean {
  return keys.length > 0 && (namedRealm === undefined || realm === namedRealm);
}

/** The first ask and one for each time that the application changed meanwhile; an operator does not change it faster. */
const MOST_ROUNDS = 3;

const DATE_HEADER = responseHeaders.date.toLowerCase();
const SIGNATURE_HEADER = responseHeaders.signature.toLowerCase();
