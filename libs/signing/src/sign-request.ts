import type { ApplicationKey } from './application-key.js';
import { registeredForm } from './authorization.js';
import { canonicalHead } from './canonical-request.js';
import { signedDateHeaders } from './headers.js';
import { formatSignedDate } from './signed-date.js';

export interface RequestForSigning {
  /** Upper-case, exactly as it will be sent. */
  readonly method: string;
  /** Exactly as it will stand on the request line, without the query. */
  readonly path: string;
  /** Exactly the bytes that will be sent; text is sent as UTF-8. */
  readonly body?: Buffer | string | undefined;
  /** With or without hyphens. */
  readonly applicationId: string;
  readonly key: ApplicationKey;
  /** Milliseconds since the epoch. */
  readonly date: number;
  /** With `second`, two equal requests of one second are one request to the replay check. Default: `millisecond`. */
  readonly precision?: Precision;
}

type Precision = keyof typeof signedDateHeaders;

/** The two headers that make a request a signed one. */
export interface SignedRequest {
  /** Value of the `Authorization` header. */
  readonly authorization: string;
  readonly dateHeader: { readonly name: (typeof signedDateHeaders)[Precision]; readonly value: string };
}

/**
 * Signs a request (contract A.3). A signature is taken once: to try again, sign again with a new date.
 *
 * @throws RangeError if the application id is not one, the date is outside of the years 0 to 9999, or a part holds a
 * line feed
 */
export function signRequest(request: RequestForSigning): SignedRequest {
  const applicationId = registeredForm(request.applicationId);
  if (applicationId === undefined) throw new RangeError('application id must be 32 hexadecimal characters');
  const { method, path, precision = 'millisecond' } = request;
  const date = formatSignedDate(request.date, precision);
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  const head = canonicalHead({ method, date, applicationId, path, body });
  if (head === undefined) throw new RangeError('a line feed inside of method or path');
  const credentials = `${applicationId}:${request.key.mac(head, body)}`;
  return {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    dateHeader: { name: signedDateHeaders[precision], value: date },
  };
}
