/**
 * Passwords: how they are hashed, checked and judged. {@link PasswordHasher} hashes by argon2id (RFC 9106) on threads of its
 * own with a bounded queue (guarantee G8), and checks a password in the same time whether there is a hash or not
 * (guarantee G11). {@link judgePassword} decides whether a password may be chosen (NIST SP 800-63B-4 section 3.1.1.2).
 *
 * Hashes of other systems are read and bounded by {@link readForeignHash}; the hasher checks them like its own and says
 * which should be made anew. The library stores nothing and counts no failures: that is the work of its callers.
 */
export type { ForeignHashFormat } from './foreign/foreign-hash.js';
export { type ForeignHash, readForeignHash } from './foreign/read-foreign-hash.js';
export type { HashParameters } from './hash-parameters.js';
export { judgePassword, type PasswordFault, type PasswordRules } from './judge-password.js';
export { PasswordHasher, type PasswordHasherOptions } from './password-hasher.js';
