import { monotonicMs, pooledRandomness, systemClock, uuidv7 } from '@countersign/clock';
import type { Actor, Principal, Via } from '@countersign/contracts';
import { continueTrace, newTrace, traceIdIn } from './trace.js';

/** Everything about an ask beside its request; handed on when an operation asks further. */
export interface AskContext {
  /** Stays the same when the same thing is asked again; a handler runs once per key. */
  readonly idempotencyKey: string;
  /** By {@link monotonicMs} of this process. On the wire only the time left travels, so no two clocks are compared. */
  readonly deadlineAt: number;
  /**
   * When it is past this, what is asked must not take effect any more: milliseconds since the epoch by the clock of the
   * databases. It goes on where the asker or the service is frozen. Infinity where the first asker does not know that
   * clock; the first service that is asked sets it.
   */
  readonly notAfter: number;
  /** W3C Trace Context. */
  readonly traceparent: string;
  readonly actor: Actor;
  readonly via: Via;
}

/** The context of an operation that is being handled; an {@link AskContext} to pass on when it asks further. */
export interface Asked extends AskContext {
  /** Who asks, proven by the subject that was asked (guarantee G10), not by what the message says. */
  readonly caller: Principal;
}

const firstAskDeadlineMs = 5_000;

/**
 * A context for a first ask. What is not given gets a deadline of 5 s from now, a fresh idempotency key and a new
 * trace. An invalid `traceparent` is replaced.
 */
export function newAskContext(part: Partial<AskContext> = {}): AskContext {
  const traceparent = part.traceparent === undefined ? newTrace() : continueTrace(part.traceparent);
  return {
    idempotencyKey: part.idempotencyKey ?? uuidv7(systemClock, pooledRandomness),
    deadlineAt: part.deadlineAt ?? monotonicMs() + firstAskDeadlineMs,
    notAfter: part.notAfter ?? Number.POSITIVE_INFINITY,
    traceparent,
    actor: part.actor ?? { kind: 'service', id: 'unnamed' },
    via: part.via ?? { traceId: traceIdIn(traceparent) },
  };
}
