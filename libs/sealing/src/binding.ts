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
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf16le');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
