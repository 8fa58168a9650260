import type { RequestTarget } from './http/request-target.js';
import { secureauth } from './secureauth/dialect.js';
import type { Dialect } from './signature/dialect.js';

/**
 * In whose words a request is answered, by its path. There is one dialect so far; it also answers what has no path,
 * because it is not HTTP.
 */
export function dialectOf(_target?: RequestTarget): Dialect {
  return secureauth;
}
