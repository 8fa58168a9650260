import { Failure, unreachable } from '../output/failure.js';
import { systemCodeOf } from '../output/failure-of.js';

/** What a failed exchange over HTTP means; the client library hides its cause one level down. */
export function fetchFailure(url: URL, error: unknown): unknown {
  const name = nameOf(error);
  if (name === 'TimeoutError') {
    return unreachable(`no answer from ${url.origin} within the deadline`, 'wait longer with --timeout 2m');
  }
  if (name !== 'TypeError') return error;
  const cause: unknown = (error as { cause?: unknown }).cause;
  const reason = systemCodeOf(cause) ?? messageOf(cause) ?? messageOf(error) ?? 'unknown';
  if (/redirect/.test(reason)) {
    return new Failure('http.redirected', `${url.origin} redirects`, {
      hint: 'the signature is of this path alone: give the address that answers',
    });
  }
  if (/certificate|CERT/i.test(`${reason} ${messageOf(cause) ?? ''}`)) {
    return unreachable(`the certificate of ${url.origin} is not trusted`, 'name its CA: NODE_EXTRA_CA_CERTS=ca.pem');
  }
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return unreachable(`cannot reach ${url.origin}: ${reason}`, isLoopback ? 'start it with: npm start' : undefined);
}

/** By name, not by class: what `fetch` throws may be of another realm of JavaScript than ours. */
function nameOf(error: unknown): string | undefined {
  return (error as { name?: string } | undefined)?.name;
}

function messageOf(error: unknown): string | undefined {
  return (error as { message?: string } | undefined)?.message;
}
