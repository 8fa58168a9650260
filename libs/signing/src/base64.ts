/**
 * The bytes of a standard Base64 text (RFC 4648 section 4), or undefined if it is not one:
 *
 * - only the standard alphabet, so neither `-` and `_` nor white space
 * - padding complete or left out
 * - the unused bits of the last character may be anything, as they differ between encoders
 *
 * So one value has several texts. Nothing may be compared or remembered by text: replay keys are the decoded bytes.
 */
export function decodeBase64(text: string): Buffer | undefined {
  if (!ALPHABET.test(text)) return undefined;
  const isPadded = text.endsWith('=');
  if (isPadded ? text.length % 4 !== 0 : text.length % 4 === 1) return undefined;
  return Buffer.from(text, 'base64');
}

const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;
