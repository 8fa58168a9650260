import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { ApplicationKey } from './application-key.js';
import { canonicalHead, type RequestToSign } from './canonical-request.js';

/** Deviations of known clients (contract A.6) that may pass; both are off unless an operator turns them on. */
export interface Tolerances {
  /** Clients that percent-encode a name on the wire but sign it as it was typed, all names of a path or some of them. */
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
 * 2. `decoded-path`: segments of the path percent-decoded, see `decodedPaths`
 * 3. `latin-1-body`: the body in Latin-1, see `latin1Body`
 * 4. `decoded-path-and-latin-1-body`: both at once, as the same client may do both; needs both tolerances
 *
 * @returns undefined if none holds: `credentials-invalid`
 */
export function verifyRequest(request: RequestToVerify): VerifiedAs | undefined {
  const { mac, tolerances } = request;
  if (mac?.length !== MAC_BYTES) return undefined;
  if (holds(request, request.path, request.body, mac)) return 'strict';
  const paths = tolerances.decodedPath ? pathsToTry(request) : [];
  if (paths.some((path) => holds(request, path, request.body, mac))) return 'decoded-path';
  const body = tolerances.latin1Body ? latin1Body(request.body) : undefined;
  if (body === undefined) return undefined;
  if (holds(request, request.path, body, mac)) return 'latin-1-body';
  const hasBoth = paths.some((path) => ASCII_TEXT.test(path) && holds(request, path, body, mac));
  return hasBoth ? 'decoded-path-and-latin-1-body' : undefined;
}

/**
 * The paths in which some or all segments have their percent-encoding taken off: clients encode the names of a path in
 * different places of their code. The one with all of them decoded comes first. None where no segment can be decoded
 * safely, or more than {@link MOST_DECODED} can: no path names so much.
 *
 * Safe means that the signed segment can mean only what the segment on the wire means. Decoding must be valid UTF-8 and
 * introduce none of `/ % ? #` and no control character. So a segment that was decoded has no `%` left: taken for one that is
 * still encoded it means the same. A slash would part a segment (`/users/a%2Fb` signed for `/users/a/b`), and `?` and `#`
 * would have ended the path on the wire. A backslash cannot stand on the wire as it is, so a signed one can only be `%5C`.
 */
export function decodedPaths(path: string): readonly string[] {
  if (!path.includes('%') || !ASCII_TARGET.test(path)) return [];
  const segments = path.split('/');
  const decoded = segments.map(decodedSegment);
  const places = decoded.flatMap((segment, index) => (segment === undefined ? [] : [index]));
  if (places.length > MOST_DECODED) return [];
  return Array.from({ length: 2 ** places.length - 1 }, (_, choice) =>
    segments
      .map((segment, index) => (chosen(choice, places.indexOf(index)) ? (decoded[index] ?? segment) : segment))
      .join('/'),
  );
}

/** A stranger who knows an application id can make us hash a long body: of such, only the form with all names decoded is tried. */
function pathsToTry({ path, body }: RequestToVerify): readonly string[] {
  const paths = decodedPaths(path);
  return (body?.length ?? 0) > LONG_BODY ? paths.slice(0, 1) : paths;
}

/** Bytes; a request that names anything in its path has a short body. */
const LONG_BODY = 64 * 1024;
/** Names of a path: a domain, a user and a group. */
const MOST_DECODED = 3;

/** A choice is a number whose bits, where they are 0, choose a place. */
function chosen(choice: number, place: number): boolean {
  return place !== -1 && ((choice >> place) & 1) === 0;
}

function decodedSegment(segment: string): string | undefined {
  if (!segment.includes('%') || UNSAFE_ESCAPE.test(segment)) return undefined;
  try {
    const decoded = decodeURIComponent(segment);
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
const UNSAFE_ESCAPE = /%(?:2f|25|3f|23)/i;
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
