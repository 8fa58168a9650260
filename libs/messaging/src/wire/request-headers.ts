import { type HeaderRecord, headerNames } from './message-headers.js';

/** What the items of a batch may leave out, when the batch message's own header says it: all but what is each item's. */
export const sharedHeaderNames: readonly string[] = Object.freeze([
  headerNames.realm,
  headerNames.caller,
  headerNames.actor,
  headerNames.via,
  headerNames.deadlineMs,
  headerNames.notAfter,
]);

/** Those of a record's headers that the items of a batch may leave out. */
export function sharedHeadersOf(headers: HeaderRecord): HeaderRecord {
  const shared: Record<string, string> = {};
  for (const name of sharedHeaderNames) {
    const value = headers[name];
    if (value !== undefined) shared[name] = value;
  }
  return shared;
}

const none: HeaderRecord = Object.freeze({});

/** The headers of one request: its own, and below them what it shares with the batch it came in. */
export class RequestHeaders {
  /** @param own as they came: a value may be anything */
  constructor(
    private readonly own: Readonly<Record<string, unknown>>,
    private readonly shared: HeaderRecord = none,
  ) {}

  /** An item says with an empty value that it has no such header although the batch has. */
  get(name: string): string | undefined {
    const value = this.own[name] ?? this.shared[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }
}
