import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { systemRandomness } from '@countersign/clock';

/** What PostgreSQL takes by default; a client counts them at each log-in. */
const ITERATIONS = 4_096;
const KEY_BYTES = 32;

/**
 * What PostgreSQL keeps of a password: enough to check a log-in, and too little to make one (RFC 5802 section 3, RFC 7677).
 * `alter role … password` takes it in place of the password, whatever `password_encryption` says, so that neither the log
 * of the server nor a list of its statements can show the password. Log-ins that `pg_hba.conf` gives the method `md5`
 * work with it too.
 */
export function scramVerifierOf(
  password: string,
  salt: Uint8Array = systemRandomness.bytes(16),
  iterations = ITERATIONS,
): string {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, KEY_BYTES, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`;
}

/** RFC 3454 table C.1.2: spaces beside that of ASCII. */
const otherSpaces = /[\p{Zs}\u200b]/gu;
/** RFC 3454 table B.1: characters that stand for nothing. */
const mappedToNothing = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;

/**
 * The mappings of SASLprep (RFC 4013 section 2), which leave ASCII as it is. Its prohibitions are left out, as clients do:
 * a password is not refused for what PostgreSQL itself takes.
 */
function prepared(password: string): string {
  return password.replace(otherSpaces, ' ').replace(mappedToNothing, '').normalize('NFKC');
}
