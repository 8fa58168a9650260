import { timingSafeEqual } from 'node:crypto';
import type { ApplicationKey } from './application-key.js';
import { decodeBase64 } from './base64.js';
import { parseSignedDate } from './signed-date.js';

export interface ResponseToSign {
  /** The value of the date header, verbatim. */
  readonly date: string;
  /** Registered form. */
  readonly applicationId: string;
  /** Exactly the bytes that leave, before any content-coding; text leaves as UTF-8. */
  readonly body: Buffer | string;
  readonly key: ApplicationKey;
}

/**
 * Signs an answer (contract B), parted by single line feeds:
 *
 * 1. date
 * 2. application id
 * 3. body; the line feed before it stays if it is empty
 *
 * @returns the value of the signature header: standard Base64 with padding, 44 characters
 */
export function signResponse({ date, applicationId, body, key }: ResponseToSign): string {
  const head = `${date}\n${applicationId}\n`;
  return typeof body === 'string' ? key.mac(head + body) : key.mac(head, body);
}

/** The exchange that an answer is checked against, by the clock of the client; milliseconds since the epoch. */
export interface Exchange {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** How far the two clocks may differ, edge included. */
  readonly skewMs: number;
}

/**
 * True if the answer is dated between sending and receiving, give or take the skew. The signature binds neither the
 * request nor the status, so it holds for an old answer as well: its date is all that keeps one from being sent again.
 *
 * @param date the value of the date header; what is no signed date is not timely
 */
export function isTimely(date: string, { sentAtMs, receivedAtMs, skewMs }: Exchange): boolean {
  const datedAtMs = parseSignedDate(date);
  if (datedAtMs === undefined) return false;
  return datedAtMs + ROUNDED_OFF_MS >= sentAtMs - skewMs && datedAtMs <= receivedAtMs + skewMs;
}

/** The date of an answer has whole seconds. */
const ROUNDED_OFF_MS = 999;

/** True if the signature is of this answer, by this key; compared in constant time. */
export function verifyResponse(response: ResponseToSign & { readonly signature: string }): boolean {
  const claimed = decodeBase64(response.signature);
  if (claimed?.length !== 32) return false;
  return timingSafeEqual(Buffer.from(signResponse(response), 'base64'), claimed);
}
