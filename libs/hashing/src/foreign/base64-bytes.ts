import { CRYPT_ALPHABET } from '../../worker/crypt-text.mjs';

/**
 * Bytes of a Base64 text (RFC 4648 section 4), with its padding or without.
 *
 * @returns undefined if it is none. Part of a padding and bits behind the last byte (section 3.5) are refused as well, so
 * that no two texts without padding stand for the same bytes.
 */
export function base64Bytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return text === bytes.toString('base64') || text === unpadded(bytes) ? bytes : undefined;
}

/** passlib's own Base64, `ab64`: `.` for `+`. */
export function adaptedBase64Bytes(text: string): Buffer | undefined {
  return base64Bytes(text.replaceAll('.', '+'));
}

/** Base64 without padding, as PHC strings have it. */
export function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

/** Bytes of hexadecimal digits of either case. */
export function hexBytes(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** The number that some characters of crypt(3) stand for, six bits each, the lowest first. */
export function cryptNumber(characters: string): number {
  return [...characters].reduceRight((sum, character) => sum * 64 + CRYPT_ALPHABET.indexOf(character), 0);
}

/** Bytes in the characters of crypt(3): three in four, the lowest bits first. Undefined where bits are left over. */
export function cryptBytes(text: string): Buffer | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 4) {
    const group = text.slice(at, at + 4);
    const count = Math.floor((group.length * 6) / 8);
    const number = cryptNumber(group);
    if (count === 0 || number >= 2 ** (8 * count)) return undefined;
    for (let byte = 0; byte < count; byte += 1) bytes.push((number >>> (8 * byte)) & 255);
  }
  return Buffer.from(bytes);
}
