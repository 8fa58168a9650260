import type { ApplicationKey } from '@countersign/signing';
import type { FastifyRequest } from 'fastify';
import type { Correlation } from '../http/correlation.js';
import type { RequestTarget } from '../http/request-target.js';
import type { Application } from './application-keys.js';
import type { ClaimOutcome } from './replay.js';
import type { SignedRouteDeclaration } from './signed-route.js';

/** What the gateway knows of one request, from its arrival until its answer leaves. */
export interface Exchange {
  readonly correlation: Correlation;
  readonly target: RequestTarget;
  readonly address: string;
  /** Reached without a signature: health and metrics. */
  readonly isOpen: boolean;
  /** Where the router took it; undefined where nothing is. */
  readonly route: SignedRouteDeclaration | undefined;
  /** Known once step 5 has passed; from then on every answer is signed, with `answerKey`. */
  application: Application | undefined;
  answerKey: ApplicationKey | undefined;
  /** Known once step 8 has passed. */
  proof: Proof | undefined;
  body: Buffer | undefined;
  /** Made while the handler already reads; no answer leaves before it is won. */
  claim: ClaimUnderWay | undefined;
  /** The user that the request names, for answers that name it back. */
  userId: string | undefined;
}

export interface ClaimUnderWay {
  readonly decided: Promise<ClaimOutcome>;
  /** Set as soon as it is decided. */
  outcome: ClaimOutcome | undefined;
}

/** A request as it was verified; enough to verify it again under newer keys. */
export interface Proof {
  readonly method: string;
  readonly date: string;
  readonly signedAt: number;
  /** The 32 bytes of the signature. */
  readonly mac: Buffer;
  /** The same in base64. */
  readonly macText: string;
  readonly keyVersion: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | null;
  }
}

/** The exchange of a request that has come through the guard, as every routed request has. */
export function exchangeOf(request: FastifyRequest): Exchange {
  if (request.exchange === null) throw new Error('request did not come through the guard');
  return request.exchange;
}
