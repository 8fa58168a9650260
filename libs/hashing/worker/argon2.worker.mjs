/**
 * What a thread of the password pool runs. The synchronous functions are the point: the asynchronous ones would run on
 * the pool that name look-ups and files share. Plain JavaScript, since a thread is started from a file as it is.
 */
import { hashSync, verifySync } from '@node-rs/argon2';

/** argon2id (RFC 9106), version 19; numbers as the native side counts them. */
const ARGON2ID = 2;
const VERSION_19 = 1;

/** Answers the PHC string, under a fresh salt of 16 bytes from the operating system. */
export function hash({ password, parameters }) {
  return hashSync(password, {
    algorithm: ARGON2ID,
    version: VERSION_19,
    memoryCost: parameters.memoryKib,
    timeCost: parameters.iterations,
    parallelism: parameters.parallelism,
    outputLen: 32,
  });
}

/** Answers whether the PHC string is of this password; compared in constant time by the native side. */
export function verify({ password, phc }) {
  return verifySync(phc, password);
}
