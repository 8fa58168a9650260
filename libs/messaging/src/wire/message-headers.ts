import { monotonicMs, pooledRandomness, systemClock, uuidv7 } from '@countersign/clock';
import { type Operation, type Principal, Problem, type Via } from '@countersign/contracts';
import { type MsgHdrs, MsgHdrsImpl } from '@nats-io/transport-node';
import { readActor, writeActor } from './actor-header.js';
import type { AskContext, Asked } from './ask-context.js';
import { continueTrace, traceIdIn } from './trace.js';
import { readVia, writeItemVia, writeVia } from './via-header.js';

/** Names of our headers. Their case is kept and compared (ADR-4). */
export const headerNames = Object.freeze({
  traceparent: 'traceparent',
  realm: 'Countersign-Realm',
  caller: 'Countersign-Caller',
  actor: 'Countersign-Actor',
  via: 'Countersign-Via',
  deadlineMs: 'Countersign-Deadline-Ms',
  notAfter: 'Countersign-Not-After',
  idempotencyKey: 'Countersign-Idempotency-Key',
  batch: 'Countersign-Batch',
  /** ADR-32: a sentence for people, and a number. */
  error: 'Nats-Service-Error',
  errorCode: 'Nats-Service-Error-Code',
});

export type HeaderRecord = Readonly<Record<string, string>>;

export interface ReadableHeaders {
  get(name: string): string | undefined;
}

/** Longest time an asker may have us work for it. */
const longestDeadlineMs = 60_000;
const keyShape = /^[\x21-\x7e]{1,200}$/;

/**
 * Whether an idempotency key arrives as it is: 1 to 200 visible ASCII characters. Any other must be refused, not replaced:
 * under another key a repeated ask would run twice.
 */
export function isIdempotencyKey(text: string): boolean {
  return keyShape.test(text);
}

/**
 * What travels beside a request, as header values without CR, LF or anything outside ASCII.
 * @param now by `monotonicMs`
 * @param form `item` of a batch: what can be told from its other headers is left out
 */
export function writeAskHeaders(
  caller: Principal,
  context: AskContext,
  realm: string | undefined,
  now: number,
  form: 'alone' | 'item' = 'alone',
): HeaderRecord {
  const traceparent = continueTrace(context.traceparent);
  const headers: Record<string, string> = { traceparent };
  if (realm !== undefined) headers[headerNames.realm] = realm;
  headers[headerNames.caller] = caller;
  headers[headerNames.actor] = writeActor(context.actor);
  headers[headerNames.via] = writeKnownVia(context.via, form === 'item' ? traceIdIn(traceparent) : undefined);
  headers[headerNames.deadlineMs] = String(Math.max(1, Math.floor(context.deadlineAt - now)));
  const { notAfter } = context;
  if (notAfter < Number.POSITIVE_INFINITY) headers[headerNames.notAfter] = String(Math.max(0, Math.floor(notAfter)));
  headers[headerNames.idempotencyKey] = context.idempotencyKey;
  return headers;
}

function writeKnownVia(via: Via, knownTraceId: string | undefined): string {
  return knownTraceId === undefined ? writeVia(via) : writeItemVia(via, knownTraceId);
}

/**
 * Since when a message can have been on its way at the earliest. It may have waited in the socket of a process that was
 * frozen, so that its deadline does not begin at its receipt.
 */
export interface SentAfter {
  /** By `monotonicMs`. */
  readonly at: number;
  /** By the clock of the service's database; Infinity in a service without one. */
  readonly storeAt: number;
  /** What that clock shows now, at least; -Infinity in a service without one. */
  storeNow(): number;
}

/**
 * The deadline of a request that states none, by its effect: a person who asks with `nats req` sends no headers. Changes
 * have the shorter one, since they may take effect until then, also after the person has given up.
 */
const unstatedDeadlineMs = Object.freeze({ none: 5_000, changes: 3_000 });

/** Reads what travelled beside a request. A value that does not hold is replaced by the default. */
export function readAsked(
  headers: ReadableHeaders,
  caller: Principal,
  sentAfter: SentAfter,
  effect: Operation['effect'],
): Asked {
  const traceparent = continueTrace(headers.get(headerNames.traceparent));
  const traceId = traceIdIn(traceparent);
  const key = headers.get(headerNames.idempotencyKey);
  const ms = Number(headers.get(headerNames.deadlineMs));
  const withinMs = Number.isFinite(ms) && ms > 0 ? Math.min(ms, longestDeadlineMs) : unstatedDeadlineMs[effect];
  return {
    caller,
    idempotencyKey: key !== undefined && isIdempotencyKey(key) ? key : uuidv7(systemClock, pooledRandomness),
    ...boundsOf(headers.get(headerNames.notAfter), withinMs, sentAfter, effect),
    traceparent,
    actor: readActor(headers.get(headerNames.actor), caller),
    via: readVia(headers.get(headerNames.via), traceId) ?? { traceId },
  };
}

/**
 * Until when a request is worth handling, and may take effect. A change of which the first asker does not say it is as old
 * as it can be. What leaves no trace may come late.
 */
function boundsOf(
  written: string | undefined,
  withinMs: number,
  sentAfter: SentAfter,
  effect: Operation['effect'],
): Pick<Asked, 'deadlineAt' | 'notAfter'> {
  const now = monotonicMs();
  const notAfter = written !== undefined && /^\d{1,15}$/.test(written) ? Number(written) : undefined;
  if (notAfter !== undefined) {
    const leftMs = notAfter - sentAfter.storeNow();
    return { deadlineAt: now + Math.min(withinMs, leftMs), notAfter };
  }
  if (effect === 'none') return { deadlineAt: now + withinMs, notAfter: Number.POSITIVE_INFINITY };
  return { deadlineAt: sentAfter.at + withinMs, notAfter: sentAfter.storeAt + withinMs };
}

/** A refusal answers these beside the problem in its body (ADR-32). */
export function refusalHeaders(title: string, status: number): HeaderRecord {
  return { [headerNames.error]: title, [headerNames.errorCode]: String(status) };
}

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
