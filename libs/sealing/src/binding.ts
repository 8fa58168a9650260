/** The place that a sealed value belongs to; it opens nowhere else. */
export interface Binding {
  readonly table: string;
  /** The row's stable id. */
  readonly row: string;
  readonly column: string;
}

/**
 * Parts one after another, each behind its length (4 bytes): no two lists have the same bytes, whatever the parts hold.
 * UTF-16 tells apart what UTF-8 would not, unpaired surrogates.
 */
export function encodeParts(parts: readonly string[]): Buffer {
  let length = 0;
  for (const part of parts) length += 4 + 2 * part.length;
  const encoded = Buffer.allocUnsafe(length);
  let at = 0;
  for (const part of parts) {
    at = encoded.writeUInt32BE(2 * part.length, at);
    at += encoded.write(part, at, 'utf16le');
  }
  return encoded;
}
