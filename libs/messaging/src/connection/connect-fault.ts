import { AuthorizationError } from '@nats-io/transport-node';
import type { connectionCredentials } from './bus-credentials.js';

/** What the operating system or the server said; the client library keeps it as the cause of a shorter message. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as { readonly message?: string; readonly cause?: { readonly message?: string } };
  return cause?.message || message || String(error);
}

/**
 * A fault of the first connection, for the person who set the address: what was tried, what came of it, and where to look.
 * Without a setting the caller explains it, and the fault stays as it is.
 */
export function explainedFault(
  error: unknown,
  { servers, user }: Pick<ReturnType<typeof connectionCredentials>, 'servers' | 'user'>,
  setting: string | undefined,
): unknown {
  if (setting === undefined) return error;
  const [where, reason] = [[servers].flat().join(', '), reasonOf(error)];
  const said = (text: string) => new Error(text, { cause: error });
  if (error instanceof AuthorizationError) {
    const who = user === undefined ? 'a connection without a user' : `user ${user}`;
    return said(
      `NATS at ${where} refuses ${who} (${reason}): ${setting} needs a user and password of its configuration`,
    );
  }
  const mend = /certificate/i.test(reason)
    ? 'name the CA of its certificate in NATS_CA'
    : `is ${setting} right, and NATS up?`;
  return said(`NATS at ${where} is not reachable (${reason}): ${mend}`);
}
