import { randomHex } from '@countersign/clock';

/**
 * W3C Trace Context level 1, section 3.2: `version-traceid-parentid-flags`, lower-case hex. Only version 00 is
 * written; a later version is read as far as 00 goes. All-zero ids are invalid.
 */
const shape =
  /^(?:00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)$/;
const longest = 512;
/** Where the parts stand, in every version. */
const traceIdAt = 3;
const parentIdAt = 36;
const flagsAt = 53;
const end = 55;
const noTraceId = '0'.repeat(32);
const noParentId = '0'.repeat(16);

function isValid(traceparent: string | undefined): traceparent is string {
  return (
    traceparent !== undefined &&
    traceparent.length <= longest &&
    shape.test(traceparent) &&
    !traceparent.startsWith(noTraceId, traceIdAt) &&
    !traceparent.startsWith(noParentId, parentIdAt)
  );
}

/** A new trace with a random id. */
export function newTrace(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-00`;
}

/**
 * The traceparent for a next hop: same trace and flags, another parent id (section 4.3). A value that is no valid
 * traceparent is replaced by a new trace, as section 4.3 asks, never passed on.
 */
export function continueTrace(traceparent: string | undefined): string {
  if (!isValid(traceparent)) return newTrace();
  return `00-${traceparent.slice(traceIdAt, parentIdAt)}${randomHex(8)}-${traceparent.slice(flagsAt, end)}`;
}

/** The 32 hex digits that all hops share; `undefined` when the value is no valid traceparent. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return isValid(traceparent) ? traceIdIn(traceparent) : undefined;
}

/** The same of a traceparent that was made here: it is not looked at again. */
export function traceIdIn(traceparent: string): string {
  return traceparent.slice(traceIdAt, parentIdAt - 1);
}
