import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { ApplicationKey } from './application-key.js';
import { canonicalHead, type RequestToSign } from './canonical-request.js';

/** Deviations of known clients (contract A.6) that may pass; both are off unless an operator turns them on. */
export interface Tolerances {
  /** Clients that percent-encode a user id on the wire but sign it as it was typed. */
  readonly decodedPath: boolean;
  /** Clients that send UTF-8 but sign the low byte of each character. */
  readonly latin1Body: boolean;
}

export interface RequestToVerify extends RequestToSign {
  /** The 32 bytes claimed; undefined never verifies. */
  readonly mac: Buffer | undefined;
  readonly key: ApplicationKey;
  readonly tolerances: Tolerances;
}

/** The reading of the request under which its MAC holds. */
export type VerifiedAs = 'strict' | 'decoded-path' | 'latin-1-body' | 'decoded-path-and-latin-1-body';

/**
 * Holds a claimed MAC against the request, each reading in constant time (ASVS 5.0 11.2.4), in this order:
 *
 * 1. `strict`: the bytes as received. If it holds, nothing else is computed.
 * 2. `decoded-path`: the path percent-decoded, see `decodedPath`
 * 3. `latin-1-body`: the body in Latin-1, see `latin1Body`
 * 4. `decoded-path-and-latin-1-body`: both at once, as the same client may do both; needs both tolerances
 *
 * @returns undefined if none holds: `credentials-invalid`
 */
export function verifyRequest(request: RequestToVerify): VerifiedAs | undefined {
  const { mac, tolerances } = request;
  if (mac?.length !== MAC_BYTES) return undefined;
  if (holds(request, request.path, request.body, mac)) return 'strict';
  const path = tolerances.decodedPath ? decodedPath(request.path) : undefined;
  if (path !== undefined && holds(request, path, request.body, mac)) return 'decoded-path';
  const body = tolerances.latin1Body ? latin1Body(request.body) : undefined;
  if (body !== undefined && holds(request, request.path, body, mac)) return 'latin-1-body';
  if (path === undefined || body === undefined || !ASCII_TEXT.test(path)) return undefined;
  return holds(request, path, body, mac) ? 'decoded-path-and-latin-1-body' : undefined;
}

/**
 * The path with its percent-encoding taken off, or undefined if that changes nothing or is not safe. Safe means that
 * splitting both forms at slashes and decoding the parts gives the same: decoding must be valid UTF-8 and must
 * introduce none of `/ \ % ? #` and no control character. Else a signature for `/users/a%2Fb` would do for `/users/a/b`.
 */
export function decodedPath(path: string): string | undefined {
  if (!path.includes('%') || !ASCII_TARGET.test(path) || UNSAFE_ESCAPE.test(path)) return undefined;
  try {
    const decoded = decodeURIComponent(path);
    return CONTROL.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/**
 * The text of a UTF-8 body in Latin-1, or undefined if that changes nothing or is not safe:
 *
 * - a character above U+00FF would be cut to its low byte, so that `Ł` verified as `A`
 * - if the Latin-1 bytes happen to be UTF-8 themselves, a correct client may have signed exactly these bytes, and the
 *   body on the wire would be a forgery of them: `Ã©` for a signed `é`
 */
export function latin1Body(body: Buffer | undefined): Buffer | undefined {
  if (body === undefined || !isUtf8(body)) return undefined;
  const text = body.toString();
  if (text.length === body.length || !LATIN_1_TEXT.test(text)) return undefined;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? undefined : bytes;
}

const MAC_BYTES = 32;
const ASCII_TARGET = /^[\x21-\x7e]+$/;
const UNSAFE_ESCAPE = /%(?:2f|5c|25|3f|23)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of Latin-1
const LATIN_1_TEXT = /^[\u0000-\u00ff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
const ASCII_TEXT = /^[\u0000-\u007f]*$/;

/** Reused by every call: nothing between writing and comparing can yield. */
const expected = Buffer.alloc(MAC_BYTES);

function holds(request: RequestToVerify, path: string, body: Buffer | undefined, mac: Buffer): boolean {
  const head = canonicalHead({
    method: request.method,
    date: request.date,
    applicationId: request.applicationId,
    path,
    body,
  });
  if (head === undefined) return false;
  request.key.macInto(expected, head, body);
  return timingSafeEqual(expected, mac);
}
