import { createHash } from 'node:crypto';

/** What an LDAP server keeps of a password, quick to make: salted SHA-1. */
export function ssha(password: string, salt = 'spec-salt'): string {
  const digest = createHash('sha1').update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, Buffer.from(salt)]).toString('base64')}`;
}
