import type { Randomness } from '@countersign/clock';
import { pooledRandomness } from './pooled-randomness.js';

/**
 * W3C Trace Context level 1, section 3.2: `version-traceid-parentid-flags`, lower-case hex. Only version 00 is
 * written; a later version is read as far as 00 goes. All-zero ids are invalid.
 */
const shape = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const longest = 512;

interface Trace {
  readonly traceId: string;
  readonly flags: string;
}

function parse(traceparent: string | undefined): Trace | undefined {
  if (traceparent === undefined || traceparent.length > longest) return undefined;
  const match = shape.exec(traceparent);
  const [, traceId, parentId, flags, rest] = match ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  if (traceparent.startsWith('00') && rest !== undefined) return undefined;
  return { traceId, flags };
}

/** A new trace with a random id. */
export function newTrace(randomness: Randomness = pooledRandomness): string {
  const bytes = randomness.bytes(24).toString('hex');
  return `00-${bytes.slice(0, 32)}-${bytes.slice(32)}-00`;
}

/**
 * The traceparent for a next hop: same trace and flags, another parent id (section 4.3). A value that is no valid
 * traceparent is replaced by a new trace, as section 4.3 asks, never passed on.
 */
export function continueTrace(traceparent: string | undefined, randomness: Randomness = pooledRandomness): string {
  const trace = parse(traceparent);
  if (trace === undefined) return newTrace(randomness);
  return `00-${trace.traceId}-${randomness.bytes(8).toString('hex')}-${trace.flags}`;
}

/** The 32 hex digits that all hops share; `undefined` when the value is no valid traceparent. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return parse(traceparent)?.traceId;
}
