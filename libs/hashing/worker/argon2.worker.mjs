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

/**
 * Answers whether one of the texts fits. Without `foreign` the PHC string decides; with it, the PHC string is a decoy,
 * checked all the same, while `foreignTexts` are those of the texts that are tried on the foreign hash: an {SSHA} of
 * a microsecond must not answer sooner than for an unknown user (guarantee G11).
 * Every comparison is in constant time, by the native side or by timingSafeEqual.
 */
export async function verify({ texts, phc, foreign, foreignTexts = texts }) {
  const fits = texts.some((text) => verifySync(phc, text));
  if (foreign === undefined) return fits;
  const { fitsForeign } = await import('./foreign-hash.mjs');
  return foreignTexts.some((text) => fitsForeign(text, foreign));
}
