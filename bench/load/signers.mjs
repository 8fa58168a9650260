import { randomBytes } from 'node:crypto';
import { applicationKey, signRequest } from '@countersign/signing';

/**
 * Makes requests of one kind, whole and ready to be written. No two are alike: every path is asked once a millisecond
 * of the signed dates, and these go back from now.
 *
 * @typedef {{ readonly kind: 'signed', readonly applicationId: string, readonly applicationKey: string }} SignedKind
 * @typedef {{ readonly kind: 'signed-by-realm', readonly applications: Readonly<Record<string, SignedKind>> }} SignedByRealmKind
 * @typedef {{ readonly kind: 'hawk', readonly id: string, readonly key: string }} HawkKind
 * @typedef {{ readonly kind: 'cookie', readonly cookie: string }} CookieKind
 * @typedef {{ readonly kind: 'plain' }} PlainKind
 *
 * @typedef {object} Target
 * @property {string} url origin
 * @property {readonly string[]} paths asked in turn
 * @property {SignedKind | SignedByRealmKind | HawkKind | CookieKind | PlainKind} signer
 * @property {'GET' | 'PUT'} [method] of all requests, GET unless said otherwise; a PUT changes one property to a new value
 * @property {number} [expected] status of every answer, 200 unless said otherwise
 *
 * @param {Target} target
 * @returns {Promise<(count: number) => string[]>}
 */
export async function requestMaker({ url, paths, signer, method = 'GET' }) {
  const { host } = new URL(url);
  const headers = await headersFor(signer, url);
  return (count) => {
    const now = Date.now();
    return Array.from({ length: count }, (_, position) => {
      const path = paths[position % paths.length];
      const date = now - Math.floor(position / paths.length);
      const head = (body) => `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers(path, date, method, body)}`;
      if (method === 'GET') return `${head(undefined)}\r\n`;
      const body = JSON.stringify({ properties: { auxId1: `${now}-${position}` } });
      return `${head(body)}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    });
  };
}

async function headersFor(signer, url) {
  switch (signer.kind) {
    case 'signed':
      return signedHeaders(signer);
    case 'signed-by-realm':
      return headersByRealm(signer.applications);
    case 'hawk':
      return hawkHeaders(signer, url);
    case 'cookie':
      return () => `Cookie: ${signer.cookie}\r\n`;
    default:
      return () => '';
  }
}

function signedHeaders({ applicationId, applicationKey: hex }) {
  const key = applicationKey(hex);
  return (path, date, method, body) => {
    const { authorization, dateHeader } = signRequest({ method, path, body, applicationId, key, date });
    return `Authorization: ${authorization}\r\n${dateHeader.name}: ${dateHeader.value}\r\n`;
  };
}

function headersByRealm(applications) {
  const makers = Object.fromEntries(Object.entries(applications).map(([realm, one]) => [realm, signedHeaders(one)]));
  return (path, ...rest) => makers[path.split('/', 2)[1]](path, ...rest);
}

/** A nonce makes each unique; Hawk's dates have seconds only. */
async function hawkHeaders({ id, key }, url) {
  const { default: hawk } = await import('hawk');
  const credentials = { id, key, algorithm: 'sha256' };
  return (path, date) => {
    const options = { credentials, timestamp: Math.floor(date / 1_000), nonce: randomBytes(6).toString('base64url') };
    return `Authorization: ${hawk.client.header(url + path, 'GET', options).header}\r\n`;
  };
}
