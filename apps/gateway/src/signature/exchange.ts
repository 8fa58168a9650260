import { monotonicMs } from '@countersign/clock';
import type { ProblemCode } from '@countersign/contracts';
import type { ApplicationKey } from '@countersign/signing';
import type { FastifyRequest } from 'fastify';
import type { Addresses } from '../http/addresses.js';
import { type Correlation, correlate } from '../http/correlation.js';
import { isOpenPath } from '../http/open-paths.js';
import { type RequestTarget, targetOf } from '../http/request-target.js';
import type { Place } from '../http/throttle.js';
import type { Application } from './application-keys.js';
import type { Dialect } from './dialect.js';
import type { ClaimOutcome } from './replay.js';
import { type SignedRouteDeclaration, signedRouteOf } from './signed-route.js';

/** What the gateway knows of one request, from its arrival until its answer leaves. */
export interface Exchange {
  /** By `monotonicMs`. */
  readonly arrivedAt: number;
  readonly correlation: Correlation;
  readonly target: RequestTarget;
  /** In whose words the request is answered. */
  readonly dialect: Dialect;
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
  /** Among the requests under way; left when the answer is made. */
  place: Place | undefined;
  /** Made while the handler already reads; no answer leaves before it is won. */
  claim: ClaimUnderWay | undefined;
  /** The user that the request names, as it does, for answers that name it back. */
  userId: string | undefined;
  /** Why a service refused what was asked of it. */
  problem: ProblemCode | undefined;
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

/** What is known of a request on its arrival; every field is there from the start, as each request has them all. */
export function openExchange(
  request: FastifyRequest,
  addresses: Addresses,
  dialectOf: (target: RequestTarget) => Dialect,
): Exchange {
  const { raw } = request;
  const target = targetOf(raw);
  return {
    arrivedAt: monotonicMs(),
    correlation: correlate(raw.headers['x-request-id']),
    target,
    dialect: dialectOf(target),
    address: addresses.of(raw.socket.remoteAddress, raw.headers['x-forwarded-for']),
    isOpen: isOpenPath(target.path),
    route: signedRouteOf(request),
    application: undefined,
    answerKey: undefined,
    proof: undefined,
    body: undefined,
    place: undefined,
    claim: undefined,
    userId: undefined,
    problem: undefined,
  };
}

/** The exchange of a request that has come through the guard, as every routed request has. */
export function exchangeOf(request: FastifyRequest): Exchange {
  if (request.exchange === null) throw new Error('request did not come through the guard');
  return request.exchange;
}
