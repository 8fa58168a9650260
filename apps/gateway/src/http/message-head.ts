import type { IncomingMessage } from 'node:http';

/**
 * Whether a request names its host, once, as RFC 9112 section 3.2 demands it of HTTP/1.1; two headers have been joined to
 * one with a comma. The gateway makes nothing of the host, but a proxy before it may, by either of two.
 */
export function namesHost({ headers: { host }, httpVersion }: IncomingMessage): boolean {
  return host === undefined ? httpVersion === '1.0' : !NO_AUTHORITY.test(host);
}

/** What no host with a port can hold (RFC 3986 section 3.2). */
const NO_AUTHORITY = /[\s,/\\?#@]/;

/** Whether a request announces a body (RFC 9112 section 6.3), whatever its method. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

/** Whether the body comes as it is or in chunks; other transfer codings are not undone here (RFC 9112 section 6.1). */
export function isCodingKnown({ headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return coding === undefined || coding.trim().toLowerCase() === 'chunked';
}
