import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readCsv } from '../../../records/csv.js';
import type { ColumnNames } from '../../../records/csv-columns.js';
import { readJsonLines } from '../../../records/json-lines.js';
import type { RecordFormat } from '../../../records/record-format.js';
import type { RawRecords } from '../../../records/user-record.js';

/** Bytes that are read at once. */
const pieceBytes = 256 * 1024;

/** Where records come from. */
export interface Input {
  /** Only of a file that can be read again; anything else, such as stdin, can be imported but not resumed. */
  readonly file?: { readonly bytes: number; readonly sha256: string };
  open(format: RecordFormat, columns: ColumnNames): RawRecords;
}

/**
 * The file at a path, read through once to know it again, or a stream: stdin for `-`, or a pipe.
 * @throws Error of the file system
 */
export async function inputAt(path: string, openStdin: () => NodeJS.ReadableStream): Promise<Input> {
  if (path === '-') return { open: (format, columns) => recordsIn(bufferPieces(openStdin()), format, columns) };
  if (!statSync(path).isFile()) return { open: (format, columns) => recordsIn(piecesOf(path), format, columns) };
  const file = await fingerprint(path);
  // what is written behind it meanwhile is not part of the file that was looked at
  return { file, open: (format, columns) => recordsIn(piecesOf(path, file.bytes), format, columns) };
}

function recordsIn(pieces: AsyncIterable<Buffer>, format: RecordFormat, columns: ColumnNames): RawRecords {
  return format === 'csv' ? readCsv(pieces, columns) : readJsonLines(pieces);
}

async function fingerprint(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesOf(path)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

function piecesOf(path: string, bytes?: number): AsyncIterable<Buffer> {
  const end = bytes === undefined ? {} : { end: Math.max(0, bytes - 1) };
  return createReadStream(path, { highWaterMark: pieceBytes, ...end });
}

async function* bufferPieces(stream: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  for await (const piece of stream) yield Buffer.from(piece);
}
