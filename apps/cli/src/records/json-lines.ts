import { isUtf8 } from 'node:buffer';
import { longestRecord, type RawRecord, tooLong } from './user-record.js';
import { expectNoWideCharacters, strangeByte } from './utf8-pieces.js';

const lineFeed = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const nothing = Buffer.alloc(0);

/**
 * Reads JSON Lines: one object a line, blank lines left out. Whatever the file, no more of it is held than one piece of
 * the input and one line of at most {@link longestRecord}; a longer one is passed over and becomes a fault.
 * @throws Failure for UTF-16 and UTF-32, in which no line could be read
 */
export async function* readJsonLines(
  bytes: AsyncIterable<Buffer>,
  longest = longestRecord,
): AsyncGenerator<readonly RawRecord[], void> {
  const lines = new Lines(longest);
  for await (const piece of bytes) {
    const records = lines.take(piece);
    if (records.length > 0) yield records;
  }
  const last = lines.end();
  if (last !== undefined) yield [last];
}

class Lines {
  private line = 1;
  private position = 0;
  /** The beginning of a line whose end has not come yet. */
  private begun: Buffer = nothing;
  private isPassedOver = false;

  constructor(private readonly longest: number) {}

  take(piece: Buffer): RawRecord[] {
    const records: RawRecord[] = [];
    let from = 0;
    for (let to = piece.indexOf(lineFeed); to !== -1; to = piece.indexOf(lineFeed, from)) {
      const record = this.finish(piece.subarray(from, to), this.position + to + 1);
      if (record !== undefined) records.push(record);
      from = to + 1;
    }
    this.keep(piece.subarray(from));
    this.position += piece.length;
    return records;
  }

  end(): RawRecord | undefined {
    return this.finish(nothing, this.position);
  }

  private keep(rest: Buffer): void {
    if (this.isPassedOver || rest.length === 0) return;
    this.isPassedOver = this.begun.length + rest.length > this.longest + byteOrderMark.length + 1;
    // a copy in either case: the piece that `rest` is a view of must not be kept alive
    this.begun = this.isPassedOver ? nothing : Buffer.concat([this.begun, rest]);
  }

  private finish(rest: Buffer, end: number): RawRecord | undefined {
    this.keep(this.begun.length > 0 || this.isPassedOver ? rest : nothing);
    const bytes = this.begun.length > 0 ? this.begun : rest;
    const isTooLong = this.isPassedOver;
    const line = this.line;
    this.line += 1;
    this.begun = nothing;
    this.isPassedOver = false;
    return isTooLong ? { line, end, fault: tooLong } : recordOf(bytes, line, end, this.longest);
  }
}

function recordOf(bytes: Buffer, line: number, end: number, longest: number): RawRecord | undefined {
  if (line === 1) expectNoWideCharacters(bytes);
  // Files that were joined have the marks of each.
  const own = bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
  if (own.length > longest) return { line, end, fault: tooLong };
  if (!isUtf8(own))
    return { line, end, fault: `is not UTF-8: ${strangeByte(own)}`, kept: { base64: own.toString('base64') } };
  const text = own.toString('utf8');
  if (text.trim() === '') return undefined;
  return { line, end, text, size: own.length, read: () => JSON.parse(text) as unknown };
}
