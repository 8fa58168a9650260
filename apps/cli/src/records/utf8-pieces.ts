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
    const cut = all.length - unfinished(all);
    const whole = all.subarray(0, cut);
    if (!isUtf8(whole)) throw notUtf8(position, whole.length);
    position += cut;
    kept = Buffer.from(all.subarray(cut));
    if (whole.length > 0) yield whole;
  }
  if (kept.length > 0) throw notUtf8(position, kept.length);
}

function notUtf8(from: number, length: number): Failure {
  return new Failure('file.not_utf8', `the file is not UTF-8 between bytes ${from} and ${from + length}`, {
    hint: 'save it as UTF-8; from Latin-1: iconv -f latin1 -t utf-8',
  });
}
