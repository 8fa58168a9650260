import type { IncomingMessage } from 'node:http';
import type { AskContext } from '@countersign/messaging';
import type { Correlation } from '../http/correlation.js';
import type { RequestTarget } from '../http/request-target.js';

/** What is known of a request from its head alone, before anything about its sender is known. */
export interface Arrival {
  /** By `monotonicMs`. */
  readonly arrivedAt: number;
  readonly head: IncomingMessage;
  readonly target: RequestTarget;
  /** The realm that the path names; undefined where the credential tells the realm. */
  readonly namedRealm: string | undefined;
  readonly correlation: Correlation;
  /** Where the request comes from, as far as proxies are trusted. */
  readonly address: string;
  /** The bytes of the body, once they have come; undefined if none were announced. */
  body: Buffer | undefined;
}

/** How an ask on behalf of an application travels: who wants it, through which door, and until when. */
export function askContext(
  { correlation, address }: Pick<Arrival, 'correlation' | 'address'>,
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
