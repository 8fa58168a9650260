import { randomHex } from '@countersign/clock';

/** The ids that tie the lines of one request together. */
export interface Correlation {
  /** W3C Trace Context level 1; always our own, so that no caller chooses where its lines go. */
  readonly traceparent: string;
  readonly traceId: string;
  /** The caller's name for the request, if it is sane, else the trace id. For log and echo only. */
  readonly requestId: string;
}

export function correlate(givenRequestId: string | readonly string[] | undefined): Correlation {
  const traceId = randomHex(16);
  const isSane = typeof givenRequestId === 'string' && SANE.test(givenRequestId);
  return {
    traceparent: `00-${traceId}-${randomHex(8)}-00`,
    traceId,
    requestId: isSane ? givenRequestId : traceId,
  };
}

/** Nothing that could end a header line, a log line or a shell word. */
const SANE = /^[A-Za-z0-9._:/+=@-]{1,128}$/;
