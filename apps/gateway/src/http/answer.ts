/** An answer that is ready to leave, in the words of a dialect. */
export interface Answer {
  readonly http: number;
  /** Compact JSON. */
  readonly body: string;
  /** For `Retry-After`, where asking again later helps. */
  readonly retryAfterSeconds?: number;
  /** For `WWW-Authenticate`. */
  readonly challenge?: string;
  /** More headers, which overwrite none of the gateway's. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What can become of any request, whatever it asks for: each dialect has an answer to each. */
export const generalOutcomes = Object.freeze([
  'targetMalformed',
  'valueMalformed',
  'requestUnreadable',
  'methodUnsupported',
  'codingUnsupported',
  'transferUnsupported',
  'notPermitted',
  'notFound',
  'conflict',
  'timedOut',
  'tooLarge',
  'headersTooLarge',
  'fault',
  'unavailable',
  'recovering',
  'overloaded',
  'closing',
] as const);
export type GeneralOutcome = (typeof generalOutcomes)[number];
export type GeneralAnswers = Readonly<Record<GeneralOutcome, Answer>>;

/** The value of a `Date` header (RFC 9110 section 5.6.7). */
export function httpDate(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (latest.second !== second) latest = { second, text: new Date(second * 1_000).toUTCString() };
  return latest.text;
}

/** The second last written: a busy gateway dates thousands of answers with it. */
let latest = { second: Number.NaN, text: '' };
