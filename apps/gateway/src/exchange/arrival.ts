import type { IncomingMessage } from 'node:http';
import type { Correlation } from '../http/correlation.js';
import type { RequestTarget } from '../http/request-target.js';

/** What a credential scheme sees of a request. */
export interface Arrival {
  readonly head: IncomingMessage;
  readonly target: RequestTarget;
  /** The realm that the path names; undefined where the credential tells the realm. */
  readonly namedRealm: string | undefined;
  readonly correlation: Correlation;
  /** Where the request comes from, as far as proxies are trusted. */
  readonly address: string;
  /** The body, once it has come; undefined if none was announced. */
  readonly rawBody: Buffer | undefined;
}
