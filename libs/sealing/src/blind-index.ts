import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import { encodeParts } from './binding.js';
import { KEY_BYTES, type KeyRing, keyOf } from './key-ring.js';
import { SealKeyUnknown } from './sealed-value.js';

/** Where a sealed value is looked for. */
export interface IndexBinding {
  readonly table: string;
  readonly column: string;
  /** Within what values are told apart, for example the realm's id; never the id of the row that is to be found. */
  readonly row?: string;
}

/**
 * A keyed digest by which a sealed value can be found: 32 bytes, the same for the same value and place, useless without
 * the ring, of no use in another column. HMAC-SHA256 under a key made for nothing else (HKDF, RFC 5869).
 *
 * Equal values show as equal rows, so index only what is nearly unique. The value counts byte for byte: normalise it
 * first. The digest is made with the current key: look for any of `blindIndexes`, and make it anew whenever the value
 * is sealed again.
 */
export function blindIndex(ring: KeyRing, binding: IndexBinding, value: string): Buffer {
  return indexUnder(ring, ring.currentKeyId, binding, value);
}

/** The digests under every key of the ring, the current one first: what to look for while a rotation is under way. */
export function blindIndexes(ring: KeyRing, binding: IndexBinding, value: string): readonly Buffer[] {
  return ring.keyIds.map((keyId) => indexUnder(ring, keyId, binding, value));
}

const PURPOSE = 'countersign sealing 1: blind index';
const indexKeys = new WeakMap<KeyObject, Buffer>();

function indexUnder(ring: KeyRing, keyId: string, binding: IndexBinding, value: string): Buffer {
  const ringKey = keyOf(ring, keyId);
  if (ringKey === undefined) throw new SealKeyUnknown(keyId);
  const { table, row = '', column } = binding;
  return createHmac('sha256', indexKey(ringKey))
    .update(encodeParts([table, row, column, value]))
    .digest();
}

function indexKey(ringKey: KeyObject): Buffer {
  const known = indexKeys.get(ringKey);
  if (known !== undefined) return known;
  const made = Buffer.from(hkdfSync('sha256', ringKey, '', PURPOSE, KEY_BYTES));
  indexKeys.set(ringKey, made);
  return made;
}
