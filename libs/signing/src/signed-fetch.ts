import { type Clock, monotonicMs, systemClock } from '@countersign/clock';
import { type ApplicationKey, applicationKey } from './application-key.js';
import { registeredForm } from './authorization.js';
import { DistinctSignatures } from './distinct-signatures.js';
import { responseHeaders } from './headers.js';
import { type Exchange, isTimely, verifyResponse } from './response.js';
import { signRequest } from './sign-request.js';

export interface SignedFetchOptions {
  /** Default: `GET`. */
  readonly method?: string;
  readonly body?: Buffer | string;
  /** Further headers; those of the signature cannot be overruled. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly applicationId: string;
  /** 64 hexadecimal characters, or the key made of them once. */
  readonly applicationKey: string | ApplicationKey;
  /** For the whole exchange, the body of the answer included. Default: 10 000. */
  readonly timeoutMs?: number;
  /** How far the clock of who answers may differ from ours. Default: 300 000, as far as requests may. */
  readonly skewMs?: number;
  readonly clock?: Clock;
}

export interface SignedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /**
   * Undefined if the answer is not signed. Only `true` proves that its body came from who holds the key, and at the time
   * of this request; neither that it answers this request and no other of that time, nor its status and other headers.
   */
  readonly signatureHolds: boolean | undefined;
  /**
   * Whether the date of the answer fits the request within the skew. If it does not, `signatureHolds` is not `true`
   * either: it is an old answer sent again, or one of the clocks is wrong. Undefined if the answer is not dated.
   */
  readonly isTimely: boolean | undefined;
  text(): string;
  /** @throws SyntaxError if the body is not JSON */
  json(): unknown;
}

/**
 * Sends one signed request with the millisecond header and checks the signature of the answer.
 *
 * It never tries again by itself. A caller who does must call again: that signs anew with a new date, while the same
 * signature sent twice is refused as seen before. A redirect is an error: the signature is of this path alone.
 *
 * @throws DOMException `TimeoutError` past the deadline; TypeError if the server cannot be reached or redirects;
 * RangeError if id or key are not in their form
 */
export async function signedFetch(url: string | URL, options: SignedFetchOptions): Promise<SignedAnswer> {
  const target = new URL(url);
  const key =
    typeof options.applicationKey === 'string' ? applicationKey(options.applicationKey) : options.applicationKey;
  const sentAtMs = (options.clock ?? systemClock).now();
  const startedAtMs = monotonicMs();
  const response = await fetch(target, {
    ...requestOf(target, options, key, sentAtMs),
    redirect: 'error',
    signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  });
  const body = Buffer.from(await response.arrayBuffer());
  const receivedAtMs = sentAtMs + monotonicMs() - startedAtMs;
  const exchange = { sentAtMs, receivedAtMs, skewMs: options.skewMs ?? DEFAULT_SKEW_MS };
  return {
    status: response.status,
    headers: response.headers,
    body,
    ...judged(response.headers, body, options.applicationId, key, exchange),
    text: () => body.toString('utf8'),
    json: () => JSON.parse(body.toString('utf8')) as unknown,
  };
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_SKEW_MS = 300_000;
const signatures = new DistinctSignatures();

function requestOf(target: URL, options: SignedFetchOptions, key: ApplicationKey, nowMs: number) {
  const method = (options.method ?? 'GET').toUpperCase();
  const body = options.body === undefined || options.body.length === 0 ? undefined : Buffer.from(options.body);
  const { applicationId } = options;
  const signed = signatures.sign(nowMs, (date) =>
    signRequest({ method, path: target.pathname, body, applicationId, key, date }),
  );
  const headers = new Headers({ Accept: 'application/json', 'Content-Type': 'application/json', ...options.headers });
  headers.set('Authorization', signed.authorization);
  headers.set(signed.dateHeader.name, signed.dateHeader.value);
  return body === undefined ? { method, headers } : { method, headers, body: new Uint8Array(body) };
}

type Judgement = Pick<SignedAnswer, 'signatureHolds' | 'isTimely'>;

function judged(headers: Headers, body: Buffer, id: string, key: ApplicationKey, exchange: Exchange): Judgement {
  const date = headers.get(responseHeaders.date);
  const signature = headers.get(responseHeaders.signature);
  if (date === null && signature === null) return { signatureHolds: undefined, isTimely: undefined };
  const applicationId = registeredForm(id);
  const timely = date === null ? undefined : isTimely(date, exchange);
  const holds =
    date !== null &&
    timely === true &&
    signature !== null &&
    applicationId !== undefined &&
    verifyResponse({ date, applicationId, body, key, signature });
  return { signatureHolds: holds, isTimely: timely };
}
