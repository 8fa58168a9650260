import type { FastifyRequest } from 'fastify';
import type { Correlation } from '../http/correlation.js';
import type { RequestTarget } from '../http/request-target.js';
import type { ApplicationKey } from '@countersign/signing';
import type { Application } from './application-keys.js';
import type { ClaimOutcome } from './replay.js';

/** What the gateway knows of one request, from its arrival until its answer leaves. */
export interface Exchange {
  readonly arrivedAt: number;
  readonly correlation: Correlation;
  readonly target: RequestTarget;
  readonly address: string;
  /** Reached without a signature: health and metrics. */
  readonly isOpen: boolean;
  /** Known once step 5 has passed; from then on every answer is signed, with `answerKey`. */
  application?: Application;
  answerKey?: ApplicationKey;
  /** Known once step 8 has passed. */
  proof?: Proof;
  body?: Buffer | undefined;
  /** A claim that is still under way while the handler already reads: no answer leaves before it is won. */
  pendingClaim?: Promise<ClaimOutcome>;
  /** The user that the request names, for answers that name it back. */
  userId?: string;
}

/** A request as it was verified; enough to verify it again under newer keys. */
export interface Proof {
  readonly method: string;
  readonly date: string;
  readonly signedAt: number;
  /** The 32 bytes of the signature. */
  readonly mac: Buffer;
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

/** The application of a verified request. */
export function applicationOf(request: FastifyRequest): Application {
  const { application } = exchangeOf(request);
  if (application === undefined) throw new Error('request has no verified application');
  return application;
}
