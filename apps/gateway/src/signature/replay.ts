import { monotonicMs } from '@countersign/clock';
import { type ClaimVerdict, claimRequest, Problem } from '@countersign/contracts';
import type { AskContext, Messenger } from '@countersign/messaging';
import { type ApplicationKey, type RequestRefusal, verifyRequest } from '@countersign/signing';
import type { Answer, GeneralOutcome } from '../http/answer.js';
import type { FaultLog } from '../http/fault-log.js';
import type { Application, ApplicationKeys } from './application-keys.js';
import type { Exchange, Proof } from './exchange.js';

/** A claim that is decided. `application` is what is true of it now. */
export type ClaimOutcome = { readonly isWon: true; readonly application: Application } | LostClaim;

export interface LostClaim {
  readonly isWon: false;
  /** Undefined: it is not known any more. */
  readonly application: Application | undefined;
  /** Undefined: it could not be decided. */
  readonly refusal: RequestRefusal | undefined;
  readonly answer: Answer;
}

export interface ReplayOptions {
  readonly deadlineMs: number;
  readonly faults: FaultLog;
  /** Told each verdict and how long it took, milliseconds. */
  readonly observe: (verdict: ClaimVerdict | 'unanswered', tookMs: number) => void;
}

/**
 * Spends the signature of a request, once (guarantee G1, contract A.4 step 9). No verdict, no effect: whatever keeps
 * the store from saying `won` ends in a refusal.
 */
export class Replay {
  constructor(
    private readonly messenger: Pick<Messenger, 'ask'>,
    private readonly applicationKeys: ApplicationKeys,
    private readonly options: ReplayOptions,
  ) {}

  /** Never rejects. */
  async claim(exchange: Exchange, application: Application, proof: Proof): Promise<ClaimOutcome> {
    try {
      return await this.claimInRounds(exchange, application, proof);
    } catch (error) {
      this.options.faults.write(error, { ...exchange.correlation }, 'a claim was not decided');
      const isOverloaded = error instanceof Problem && error.code === 'bus.overloaded';
      return undecided(exchange, application, isOverloaded ? 'overloaded' : 'unavailable');
    }
  }

  private async claimInRounds(exchange: Exchange, application: Application, proof: Proof): Promise<ClaimOutcome> {
    let current = application;
    let { keyVersion } = proof;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const verdict = await this.ask(exchange, current, keyVersion, proof, round);
      if (verdict === 'won') return { isWon: true, application: current };
      if (verdict === 'recovering') return undecided(exchange, current, 'recovering');
      if (verdict === 'replayed') return refused(exchange, current, 'seen-before');
      if (verdict === 'stale') return refused(exchange, current, 'clock-skewed');
      // The copy is old: `changed`, or its key is no longer live: `revoked`.
      const newer = await this.applicationKeys.newerThan(current.applicationId, current.version);
      if (newer === undefined || newer.keys.length === 0) return refused(exchange, undefined, 'application-unknown');
      const match = verdict === 'revoked' ? undefined : matchingKey(newer, exchange, proof);
      exchange.answerKey = match?.key ?? newer.keys[0]?.key;
      if (match === undefined) return refused(exchange, newer, 'credentials-invalid');
      current = newer;
      keyVersion = match.keyVersion;
    }
    return undecided(exchange, current, 'unavailable');
  }

  private async ask(
    exchange: Exchange,
    { applicationId, version }: Application,
    keyVersion: number,
    { macText, signedAt }: Proof,
    round: number,
  ): Promise<ClaimVerdict> {
    const startedAt = monotonicMs();
    const claimKey = claimKeyOf(applicationId, macText);
    let verdict: ClaimVerdict | 'unanswered' = 'unanswered';
    try {
      const asked = askContext(
        exchange,
        applicationId,
        `claim:${round}:${claimKey}`,
        startedAt + this.options.deadlineMs,
      );
      const request = { applicationId, version, keyVersion, mac: macText, signedAt };
      ({ verdict } = await this.messenger.ask(claimRequest, request, asked));
      return verdict;
    } finally {
      this.options.observe(verdict, monotonicMs() - startedAt);
    }
  }
}

/** The first ask and one for each time that the application changed meanwhile; nobody changes it that fast. */
const MOST_ROUNDS = 3;

function refused({ dialect }: Exchange, application: Application | undefined, refusal: RequestRefusal): LostClaim {
  return { isWon: false, application, refusal, answer: dialect.refusals[refusal] };
}

function undecided({ dialect }: Exchange, application: Application, outcome: GeneralOutcome): LostClaim {
  return { isWon: false, application, refusal: undefined, answer: dialect.answers[outcome] };
}

/** The live key, newest first, under which the MAC holds (contract A.4 step 8). */
export function matchingKey(
  application: Application,
  { target, body }: Pick<Exchange, 'target' | 'body'>,
  { method, date, mac }: Pick<Proof, 'method' | 'date' | 'mac'>,
): { readonly keyVersion: number; readonly key: ApplicationKey } | undefined {
  const { applicationId, tolerances } = application;
  const { path } = target;
  for (const candidate of application.keys) {
    const { key } = candidate;
    if (verifyRequest({ method, date, applicationId, path, body, mac, key, tolerances }) !== undefined)
      return candidate;
  }
  return undefined;
}

/** (application, MAC bytes): the replay key, and the idempotency key of what the request asks for. */
export function claimKeyOf(applicationId: string, macText: string): string {
  return `${applicationId}:${macText}`;
}

/** How an ask on behalf of a request travels. */
export function askContext(
  { correlation, address }: Exchange,
  applicationId: string,
  idempotencyKey: string,
  deadlineAt: number,
): AskContext {
  return {
    idempotencyKey,
    deadlineAt,
    traceparent: correlation.traceparent,
    actor: { kind: 'application', id: applicationId },
    via: { applicationId, address: address === '' ? undefined : address, traceId: correlation.traceId },
  };
}
