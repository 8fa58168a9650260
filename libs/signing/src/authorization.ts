import { decodeBase64 } from './base64.js';
import type { RequestRefusal } from './request-refusal.js';

/** What an `Authorization` header claims; nothing of it is proven yet. */
export interface ClaimedAuthorization {
  /** Registered form: 32 lower-case hexadecimal characters. */
  readonly applicationId: string;
  /** The 32 bytes that make the replay key; undefined if the hash part cannot be a MAC: refuse at step 8. */
  readonly mac: Buffer | undefined;
  readonly refusal?: undefined;
}

/**
 * Reads an `Authorization` header (contract A.3, A.4), refusing in this order:
 *
 * 1. no header: `header-missing`
 * 2. the scheme is not `Basic`, in any case: `scheme-unknown`
 * 3. nothing behind the scheme: `value-empty`
 * 4. not the Base64 of `nonEmpty:nonEmpty`, parted at the first colon: `format-wrong`
 * 5. an id that is not 32 hexadecimal characters once hyphens are gone, so that no application can be registered under it:
 *    `application-unknown`. Code that looks an id up, logs it or puts it into a subject gets no other text.
 *
 * A hash part that is not Base64 of 32 bytes is not refused here, since the contract refuses it only after the
 * application and the date: `mac` is undefined then.
 */
export function parseAuthorization(
  header: string | undefined,
): ClaimedAuthorization | { readonly refusal: RequestRefusal } {
  if (header === undefined) return { refusal: 'header-missing' };
  const [scheme, value] = schemeAndValue(header);
  if (scheme.toLowerCase() !== 'basic') return { refusal: 'scheme-unknown' };
  if (value === '') return { refusal: 'value-empty' };
  const text = decodeBase64(value)?.toString('latin1') ?? '';
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return { refusal: 'format-wrong' };
  const applicationId = registeredForm(text.slice(0, colon));
  if (applicationId === undefined) return { refusal: 'application-unknown' };
  return { applicationId, mac: macOf(text.slice(colon + 1)) };
}

/** The form in which an application id is registered and signed: hyphens stripped, lower-case; undefined if not an id. */
export function registeredForm(applicationId: string): string | undefined {
  const bare = (applicationId.includes('-') ? applicationId.replaceAll('-', '') : applicationId).toLowerCase();
  return REGISTERED.test(bare) ? bare : undefined;
}

const REGISTERED = /^[0-9a-f]{32}$/;
const MAC_BYTES = 32;
/** Optional white space of a header is space and tab only (RFC 9110 section 5.6.3). */
const HEADER = /^[ \t]*([^ \t]*)[ \t]*/;

function schemeAndValue(header: string): readonly [scheme: string, value: string] {
  const [lead, scheme = ''] = HEADER.exec(header) ?? [''];
  let end = header.length;
  while (end > lead.length && (header[end - 1] === ' ' || header[end - 1] === '\t')) end -= 1;
  return [scheme, header.slice(lead.length, end)];
}

function macOf(hash: string): Buffer | undefined {
  const mac = decodeBase64(hash);
  return mac?.length === MAC_BYTES ? mac : undefined;
}
