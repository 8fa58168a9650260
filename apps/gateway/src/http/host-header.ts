import type { IncomingMessage } from 'node:http';

/**
 * Whether a request names its host, once, as RFC 9112 section 3.2 demands it of HTTP/1.1; two headers have been joined to
 * one with a comma. Nothing here goes by the host, but a proxy before us may, by either of two.
 */
export function namesHost({ headers: { host }, httpVersion }: IncomingMessage): boolean {
  return host === undefined ? httpVersion === '1.0' : !NO_AUTHORITY.test(host);
}

/** What no host with a port can hold (RFC 3986 section 3.2). */
const NO_AUTHORITY = /[\s,/\\?#@]/;
