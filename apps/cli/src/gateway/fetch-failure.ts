import { Failure, unreachable } from '../output/failure.js';
import { systemCodeOf } from '../output/failure-of.js';

/** What a failed exchange over HTTP means; the client library hides its cause one level down. */
export function fetchFailure(url: URL, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'TimeoutError') {
    return unreachable(`no answer from ${url.origin} within the deadline`, 'wait longer with --timeout 2m');
  }
  if (!(error instanceof TypeError)) return error;
  const cause: unknown = error.cause;
  const reason = systemCodeOf(cause) ?? (cause instanceof Error ? cause.message : error.message);
  if (/redirect/.test(reason)) {
    return new Failure('http.redirected', `${url.origin} redirects`, {
      hint: 'the signature is of this path alone: give the address that answers',
    });
  }
  if (/certificate|CERT/i.test(`${reason} ${cause instanceof Error ? cause.message : ''}`)) {
    return unreachable(`the certificate of ${url.origin} is not trusted`, 'name its CA: NODE_EXTRA_CA_CERTS=ca.pem');
  }
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return unreachable(`cannot reach ${url.origin}: ${reason}`, isLoopback ? 'is it started? run: npm start' : undefined);
}
