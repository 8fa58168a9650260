import { isUtf8 } from 'node:buffer';
import { Failure } from '../output/failure.js';

/** Bytes that a character which begins within the last three may still lack. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (length > 0) return length > back ? back : 0;
  }
  return 0;
}

/**
 * The same bytes, once they are known to be UTF-8: a reader that puts U+FFFD for what it cannot read would change names
 * without a word. Pieces end between characters.
 * @throws Failure that names the place
 */
export async function* utf8Pieces(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let position = 0;
  let kept: Buffer = Buffer.alloc(0);
  for await (const piece of bytes) {
    const all = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    if (position === 0) expectNoWideCharacters(all);
    const cut = all.length - unfinished(all);
    const whole = all.subarray(0, cut);
    if (!isUtf8(whole)) throw notUtf8(strangeByte(whole, position));
    position += cut;
    kept = Buffer.from(all.subarray(cut));
    if (whole.length > 0) yield whole;
  }
  if (kept.length > 0) throw notUtf8(strangeByte(kept, position));
}

function notUtf8(place: string): Failure {
  return new Failure('file.not_utf8', `the file is not UTF-8: ${place}`, { hint: utf8Hint });
}

/**
 * For files of Excel and of Windows in Western Europe. What calls itself Latin-1 there is Windows-1252: taken as Latin-1 its
 * quotes and its euro would become control characters.
 */
export const utf8Hint =
  'save it as "CSV UTF-8"; a file of Windows in Western Europe: iconv -f windows-1252 -t utf-8, then look at the names';

/** The first byte that is no UTF-8, and where it is, counted from 1. */
export function strangeByte(bytes: Buffer, before = 0): string {
  let at = 0;
  for (let part = bytes.length; part > 0; part >>= 1) {
    while (at + part <= bytes.length && isUtf8Beginning(bytes.subarray(0, at + part))) at += part;
  }
  // the first byte of an unfinished character is the fault, and not the byte after it
  at -= unfinished(bytes.subarray(0, at));
  return `byte 0x${bytes[at]?.toString(16).padStart(2, '0')} at ${before + at + 1}`;
}

function isUtf8Beginning(bytes: Buffer): boolean {
  return isUtf8(bytes.subarray(0, bytes.length - unfinished(bytes)));
}

/**
 * How files of wider characters begin, by their first four bytes in hex: with a byte order mark or, without one, with a
 * character of ASCII.
 */
const wideBeginnings: readonly (readonly [RegExp, string])[] = [
  [/^(?:fffe0000|0000feff)/, 'UTF-32'],
  [/^(?:fffe|feff)/, 'UTF-16'],
  [/^[0-7].000000/, 'UTF-32LE'],
  [/^000000[0-7]./, 'UTF-32BE'],
  [/^[0-7].00/, 'UTF-16LE'],
  [/^00[0-7]./, 'UTF-16BE'],
];

/** @throws Failure for UTF-16, which Windows calls Unicode, and UTF-32: their ASCII would pass for UTF-8 */
export function expectNoWideCharacters(piece: Buffer): void {
  const beginning = piece.subarray(0, 4).toString('hex');
  const encoding = wideBeginnings.find(([form]) => form.test(beginning))?.[1];
  if (encoding === undefined) return;
  const hint = `iconv -f ${encoding.toLowerCase()} -t utf-8`;
  throw new Failure('file.not_utf8', `the file is not UTF-8 but ${encoding}`, { hint });
}
