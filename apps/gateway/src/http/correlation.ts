import { systemRandomness } from '@countersign/clock';

/** The ids that tie the lines of one request together. */
export interface Correlation {
  /** W3C Trace Context level 1; always our own, so that no caller chooses where its lines go. */
  readonly traceparent: string;
  readonly traceId: string;
  /** The caller's name for the request, if it is sane, else the trace id. For log and echo only. */
  readonly requestId: string;
}

export function correlate(givenRequestId: string | readonly string[] | undefined): Correlation {
  const bytes = nextTrace();
  const traceId = bytes.slice(0, 32);
  const isSane = typeof givenRequestId === 'string' && SANE.test(givenRequestId);
  return {
    traceparent: `00-${traceId}-${bytes.slice(32)}-00`,
    traceId,
    requestId: isSane ? givenRequestId : traceId,
  };
}

/** Nothing that could end a header line, a log line or a shell word. */
const SANE = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

const HEX_PER_TRACE = 48;
const TRACES_PER_DRAW = 256;
let drawn = '';
let position = 0;

/** 24 random bytes in hex; drawn many at a time, since a draw costs more than the rest of the ids together. */
function nextTrace(): string {
  if (position >= drawn.length) {
    drawn = systemRandomness.bytes((HEX_PER_TRACE / 2) * TRACES_PER_DRAW).toString('hex');
    position = 0;
  }
  position += HEX_PER_TRACE;
  return drawn.slice(position - HEX_PER_TRACE, position);
}
