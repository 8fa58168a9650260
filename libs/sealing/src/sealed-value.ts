import { KEY_ID } from './key-ring.js';

/** A sealed value does not open: it was altered, cut, moved to another place or sealed by another key ring. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** A value was sealed with a key that this ring lacks: the ring is out of date, or the key was retired too early. */
export class SealKeyUnknown extends Error {
  override readonly name = 'SealKeyUnknown';

  constructor(readonly keyId: string) {
    super(`no key ${keyId} in the key ring`);
  }
}

/**
 * A sealed value describes itself:
 *
 * 1. version, 1 byte: 1
 * 2. length of the key id, 1 byte
 * 3. key id, ASCII
 * 4. salt, 24 bytes
 * 5. ciphertext, as long as the plaintext
 * 6. authentication tag, 16 bytes
 */
export interface SealedParts {
  readonly keyId: string;
  readonly salt: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

export const SEAL_VERSION = 1;
export const SALT_BYTES = 24;
export const TAG_BYTES = 16;

export function joinSealed({ keyId, salt, ciphertext, tag }: SealedParts): Buffer {
  const id = Buffer.from(keyId, 'latin1');
  return Buffer.concat([Buffer.from([SEAL_VERSION, id.length]), id, salt, ciphertext, tag]);
}

/** @throws SealBroken if it is no sealed value of this version */
export function splitSealed(sealed: Buffer): SealedParts {
  const [version, idLength = 0] = sealed;
  if (version !== SEAL_VERSION)
    throw new SealBroken(`sealed value of version 1 expected, found ${version ?? 'nothing'}`);
  const saltAt = 2 + idLength;
  const ciphertextAt = saltAt + SALT_BYTES;
  const tagAt = sealed.length - TAG_BYTES;
  const keyId = sealed.toString('latin1', 2, saltAt);
  if (tagAt < ciphertextAt || !KEY_ID.test(keyId)) throw new SealBroken('sealed value is cut or altered');
  return {
    keyId,
    salt: sealed.subarray(saltAt, ciphertextAt),
    ciphertext: sealed.subarray(ciphertextAt, tagAt),
    tag: sealed.subarray(tagAt),
  };
}

/**
 * The id of the key that sealed it, to find what has to be sealed again. Nothing is proven until the value is opened.
 *
 * @throws SealBroken if it is no sealed value
 */
export function keyIdOf(sealed: Buffer): string {
  return splitSealed(sealed).keyId;
}
