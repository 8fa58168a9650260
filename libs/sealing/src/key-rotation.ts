import type { Randomness } from '@countersign/clock';
import { KEY_BYTES, KeyRingFault, type KeyRingText, readKeyRing } from './key-ring.js';

/** A key ring of one fresh key, as the JSON text for its file. */
export function newKeyRing(randomness: Randomness): string {
  return withKey({}, randomness);
}

/**
 * The text with a fresh key added and made current. Values sealed before still open, and are sealed again in the
 * background. Ids are random: an id used again after `withoutKey` would make old values look broken, not out of reach.
 *
 * @throws KeyRingFault if the text is no key ring
 */
export function withNewKey(json: string, randomness: Randomness): string {
  return withKey(readKeyRing(json).keys, randomness);
}

/**
 * The text without a key that has been replaced. What is still sealed with it can never be opened again.
 *
 * @throws KeyRingFault if the text is no key ring, lacks the key, or the key is the current one
 */
export function withoutKey(json: string, keyId: string): string {
  const { current, keys } = readKeyRing(json);
  if (!Object.hasOwn(keys, keyId)) throw new KeyRingFault('the key ring has no key of this id');
  if (keyId === current) throw new KeyRingFault(`key ${keyId} is the current one: add a new key first`);
  const { [keyId]: _retired, ...kept } = keys;
  return written({ current, keys: kept });
}

/**
 * The text with the keys of an earlier one that it lacks; its current key stays.
 *
 * @throws KeyRingFault if one of the texts is no key ring
 */
export function withKeysOf(json: string, earlier: string): string {
  const { current, keys } = readKeyRing(json);
  return written({ current, keys: { ...readKeyRing(earlier).keys, ...keys } });
}

function withKey(keys: Readonly<Record<string, string>>, randomness: Randomness): string {
  const keyId = `k${randomness.bytes(6).toString('hex')}`;
  if (Object.hasOwn(keys, keyId)) return withKey(keys, randomness);
  return written({ current: keyId, keys: { ...keys, [keyId]: randomness.bytes(KEY_BYTES).toString('base64') } });
}

function written(ring: KeyRingText): string {
  return `${JSON.stringify(ring, null, 2)}\n`;
}
