/**
 * Bytes of a Base64 text, with or without padding.
 *
 * @returns undefined if it is none: another character, or a length that no bytes have
 */
export function base64Bytes(text: string): Buffer | undefined {
  const bare = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) return undefined;
  return Buffer.from(bare, 'base64');
}

/** passlib's own Base64, `ab64`: `.` for `+`. */
export function adaptedBase64Bytes(text: string): Buffer | undefined {
  return base64Bytes(text.replaceAll('.', '+'));
}

/** Base64 without padding, as PHC strings have it. */
export function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
