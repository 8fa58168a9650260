import { monotonicMs, systemClock, uuidv7 } from '@countersign/clock';
import { type Actor, actorKinds, type Principal, Problem, type Via, via } from '@countersign/contracts';
import { type MsgHdrs, MsgHdrsImpl } from '@nats-io/transport-node';
import { type AskContext, type Asked, defaultDeadlineMs } from './ask-context.js';
import { pooledRandomness } from './pooled-randomness.js';
import { continueTrace, traceIdOf } from './trace.js';

/** Names of our headers. Their case is kept and compared (ADR-4). */
export const headerNames = Object.freeze({
  traceparent: 'traceparent',
  realm: 'Countersign-Realm',
  caller: 'Countersign-Caller',
  actor: 'Countersign-Actor',
  via: 'Countersign-Via',
  deadlineMs: 'Countersign-Deadline-Ms',
  idempotencyKey: 'Countersign-Idempotency-Key',
  batch: 'Countersign-Batch',
  /** ADR-32: a sentence for people, and a number. */
  error: 'Nats-Service-Error',
  errorCode: 'Nats-Service-Error-Code',
});

export type HeaderRecord = Readonly<Record<string, string>>;

/** Longest time an asker may have us work for it. */
const longestDeadlineMs = 60_000;
const keyShape = /^[\x21-\x7e]{1,200}$/;
const longestVia = 1_000;
const longestActorId = 200;

/**
 * What travels beside a request, as header values without CR, LF or anything outside ASCII.
 * @throws Problem `request.malformed` for an idempotency key that could not travel: replaced by another, it would
 * make a repeated ask run twice
 */
export function writeAskHeaders(
  caller: Principal,
  context: AskContext,
  realm: string | undefined,
  now: number,
): HeaderRecord {
  if (!keyShape.test(context.idempotencyKey))
    throw new Problem('request.malformed', 'idempotency key is not 1 to 200 visible ASCII characters');
  return {
    traceparent: continueTrace(context.traceparent),
    ...(realm !== undefined && { [headerNames.realm]: realm }),
    [headerNames.caller]: caller,
    [headerNames.actor]: writeActor(context.actor),
    [headerNames.via]: writeVia(context.via),
    [headerNames.deadlineMs]: String(Math.max(1, Math.floor(context.deadlineAt - now))),
    [headerNames.idempotencyKey]: context.idempotencyKey,
  };
}

/**
 * Reads what travelled beside a request. A value that does not hold is replaced by the default, since a person with
 * `nats req` sends none of them.
 */
export function readAsked(header: (name: string) => string | undefined, caller: Principal): Asked {
  const traceparent = continueTrace(header(headerNames.traceparent));
  const key = header(headerNames.idempotencyKey);
  const ms = Number(header(headerNames.deadlineMs));
  const withinMs = Number.isFinite(ms) && ms > 0 ? Math.min(ms, longestDeadlineMs) : defaultDeadlineMs;
  return {
    caller,
    idempotencyKey: key !== undefined && keyShape.test(key) ? key : uuidv7(systemClock, pooledRandomness),
    deadlineAt: monotonicMs() + withinMs,
    traceparent,
    actor: readActor(header(headerNames.actor), caller),
    via: readVia(header(headerNames.via)) ?? { traceId: traceIdOf(traceparent) ?? '' },
  };
}

/** A refusal answers these beside the problem in its body (ADR-32). */
export function refusalHeaders(title: string, status: number): HeaderRecord {
  return { [headerNames.error]: title, [headerNames.errorCode]: String(status) };
}

const loneSurrogate = /\p{Surrogate}/gu;

const printable = /^[\x20-\x7e]*$/;

/** The client library's form of a record. It would not look at the values, so they are held to one line here. */
export function encodeHeaders(record: HeaderRecord): MsgHdrs {
  const lines: Record<string, string[]> = {};
  for (const name of Object.keys(record)) {
    const value = record[name] ?? '';
    if (!printable.test(value)) throw new Problem('internal', `header ${name} is not printable ASCII`);
    lines[name] = [value];
  }
  return MsgHdrsImpl.fromRecord(lines);
}

const plainId = /^[A-Za-z0-9_.-]{1,200}$/;

/** An id may be what a person typed: percent-encoded, it can end no header line. */
function writeActor(actor: Actor): string {
  if (plainId.test(actor.id)) return `${actor.kind}:${actor.id}`;
  return `${actor.kind}:${encodeURIComponent(actor.id.slice(0, longestActorId).replace(loneSurrogate, '\ufffd'))}`;
}

/**
 * For whom an asker may say that it acts. The gateway acts for applications and users; the services hand on whoever
 * acts through them, operators too, and are not named here; the others act for themselves only, an operator under the
 * name of a person. No other claim is believed, since the caller is proven and the headers are not (guarantee G10).
 */
const actsFor: Readonly<Partial<Record<Principal, readonly Actor['kind'][]>>> = Object.freeze({
  gateway: ['application', 'user'],
  operator: ['operator'],
  provisioner: [],
  listener: [],
});

function readActor(value: string | undefined, caller: Principal): Actor {
  const cut = value?.indexOf(':') ?? -1;
  const kind = actorKinds.find((known) => known === value?.slice(0, cut));
  const id = kind === undefined ? undefined : decodeText(value?.slice(cut + 1) ?? '');
  const isBelieved = kind !== undefined && (actsFor[caller]?.includes(kind) ?? true);
  if (isBelieved && id !== undefined) return { kind, id };
  return { kind: caller === 'operator' ? 'operator' : 'service', id: caller };
}

function decodeText(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.length > 0 && decoded.length <= longestActorId ? decoded : undefined;
  } catch {
    return undefined;
  }
}

const notAscii = /[^\x20-\x7e]/g;

function writeVia(value: Via): string {
  const text = JSON.stringify(value);
  return printable.test(text)
    ? text
    : text.replace(notAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function readVia(value: string | undefined): Via | undefined {
  if (value === undefined || value.length > longestVia) return undefined;
  try {
    return via.parse(JSON.parse(value));
  } catch {
    return undefined;
  }
}
