/**
 * The same signature work as ours, by the same library, for rivals that have none of their own: verify what came, sign
 * what leaves. There is no replay check in it, and the key needs no lookup.
 */
import {
  applicationKey,
  formatSignedDate,
  isWithinSkew,
  parseAuthorization,
  parseSignedDate,
  signedDateOf,
  signResponse,
  verifyRequest,
} from '@countersign/signing';
import { applicationId, keyText } from './stand-in.mjs';

const SKEW_MS = 300_000;
const key = applicationKey(keyText);
const tolerances = { decodedPath: true, latin1Body: false };

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {Buffer} [body]
 * @returns {boolean} whether its signature holds and is fresh
 */
export function isSigned({ method, url, headers }, body) {
  const claimed = parseAuthorization(headers.authorization);
  if (claimed.applicationId !== applicationId) return false;
  const date = signedDateOf(headers);
  if (!isWithinSkew(parseSignedDate(date), Date.now(), SKEW_MS)) return false;
  return (
    verifyRequest({ method, path: url, body, date, applicationId, mac: claimed.mac, key, tolerances }) !== undefined
  );
}

/**
 * @param {string} body exactly what leaves
 * @returns {{ 'x-sa-date': string, 'x-sa-signature': string }}
 */
export function signatureOf(body) {
  const date = formatSignedDate(Date.now(), 'second');
  return { 'x-sa-date': date, 'x-sa-signature': signResponse({ date, applicationId, body, key }) };
}
