import { monotonicMs } from '@countersign/clock';
import type { ProblemCode } from '@countersign/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Addresses } from '../http/addresses.js';
import type { Answer } from '../http/answer.js';
import { correlate } from '../http/correlation.js';
import { targetOf } from '../http/request-target.js';
import type { Place } from '../http/throttle.js';
import type { Application } from './application.js';
import type { Arrival } from './arrival.js';
import type { Dialect } from './dialect.js';
import type { DialectList } from './dialect-list.js';
import type { Endpoint, Route } from './endpoint.js';
import type { Credential } from './scheme.js';

/** What the gateway knows of one request, from its arrival until its answer leaves. */
export interface Exchange extends Arrival {
  readonly dialect: Dialect;
  /** What the router found at the path; undefined where nothing is. */
  readonly served: ServedRoute | undefined;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly reply: FastifyReply;
  /** From the step `identify` on; answers are sealed with it. */
  credential: Credential | undefined;
  /** Who sent the request. From the step `identify` on; not proven before the step `verify`, current after the claim. */
  application: Application | undefined;
  /** Among the requests under way, from the step `enter` on; left when the answer is made. */
  place: Place | undefined;
  /** Decided once the claim is, and never rejects. */
  admission: Promise<unknown> | undefined;
  /** The user that the request names, in its own spelling, for answers that repeat it. */
  subject: string | undefined;
}

/** What the router holds for a route: the configuration that it was registered with. */
export interface ServedRoute {
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly route: Route;
}

/** What a request is answered, and which problem of a service is the reason, if one is. */
export interface Outcome {
  readonly answer: Answer;
  readonly problem?: ProblemCode;
}

/** Every field is there from the start, since each request has them all. */
export function openExchange(
  request: FastifyRequest,
  reply: FastifyReply,
  addresses: Addresses,
  dialects: DialectList,
): Exchange {
  const { raw: head } = request;
  const target = targetOf(head);
  const dialect = dialects.of(target.path);
  const served = (request.routeOptions.config as { readonly served?: ServedRoute }).served;
  return {
    arrivedAt: monotonicMs(),
    head,
    target,
    namedRealm: dialect.realmFrom === 'path' ? target.realm : undefined,
    correlation: correlate(head.headers['x-request-id']),
    address: addresses.of(head.socket.remoteAddress, head.headers['x-forwarded-for']),
    body: undefined,
    dialect,
    // A path below the root of one dialect is never served by another, whatever the router finds there.
    served: served?.dialect === dialect ? served : undefined,
    params: request.params as Readonly<Record<string, string | undefined>>,
    reply,
    credential: undefined,
    application: undefined,
    place: undefined,
    admission: undefined,
    subject: undefined,
  };
}
