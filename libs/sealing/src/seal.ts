import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto';
import { systemRandomness } from '@countersign/clock';
import { type Binding, encodeParts } from './binding.js';
import { KEY_BYTES, type KeyRing, keyOf } from './key-ring.js';
import {
  joinSealed,
  SALT_BYTES,
  SEAL_VERSION,
  SealBroken,
  SealKeyUnknown,
  splitSealed,
  TAG_BYTES,
} from './sealed-value.js';

/**
 * Encrypts a value for one place, with AES-256-GCM (RFC 5116 section 5.2), authenticated together with
 * version | key id | table | row | column.
 *
 * Each value has a key and a nonce of its own, made by HKDF-SHA256 (RFC 5869) from the ring's key and a random salt of
 * 192 bits. So the 2^32 random nonces that one GCM key may see (NIST SP 800-38D section 8.3) are no bound for the ring.
 *
 * @returns the sealed value, 42 bytes and the key id longer than the plaintext
 */
export function seal(ring: KeyRing, binding: Binding, plaintext: Buffer | string): Buffer {
  const keyId = ring.currentKeyId;
  const salt = systemRandomness.bytes(SALT_BYTES);
  const { key, nonce } = derived(knownKey(ring, keyId), salt);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated(keyId, binding));
  const ciphertext = Buffer.concat([
    typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext),
    cipher.final(),
  ]);
  return joinSealed({ keyId, salt, ciphertext, tag: cipher.getAuthTag() });
}

/**
 * Decrypts a value at the place it was sealed for.
 *
 * @throws SealBroken if it was altered, cut, moved or sealed by another ring
 * @throws SealKeyUnknown if the ring lacks its key: read the ring again before giving up
 */
export function open(ring: KeyRing, binding: Binding, sealed: Buffer): Buffer {
  const { keyId, salt, ciphertext, tag } = splitSealed(sealed);
  const { key, nonce } = derived(knownKey(ring, keyId), salt);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated(keyId, binding));
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    throw new SealBroken(`sealed value does not open in ${binding.table}.${binding.column} with key ${keyId}`);
  }
}

const NONCE_BYTES = 12;
const PURPOSE = 'countersign sealing 1: value';

function knownKey(ring: KeyRing, keyId: string): KeyObject {
  const key = keyOf(ring, keyId);
  if (key === undefined) throw new SealKeyUnknown(keyId);
  return key;
}

function derived(ringKey: KeyObject, salt: Buffer): { readonly key: Buffer; readonly nonce: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', ringKey, salt, PURPOSE, KEY_BYTES + NONCE_BYTES));
  return { key: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES) };
}

function associated(keyId: string, { table, row, column }: Binding): Buffer {
  return Buffer.concat([Buffer.from([SEAL_VERSION]), encodeParts([keyId, table, row, column])]);
}
