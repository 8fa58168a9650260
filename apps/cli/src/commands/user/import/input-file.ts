import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { FileFault, withFile } from '@countersign/files';
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
 * @throws FileFault
 */
export async function inputAt(path: string, openStdin: () => NodeJS.ReadableStream): Promise<Input> {
  if (path === '-') return inputOf(() => bufferPieces(openStdin()));
  const found = withFile(path, 'read', () => statSync(path));
  if (found.isDirectory()) throw new FileFault(path, 'read', 'EISDIR');
  if (!found.isFile()) return inputOf(() => piecesOf(path));
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesOf(path)) {
    hash.update(piece);
    bytes += piece.length;
  }
  // what is written behind it meanwhile is not part of the file that was looked at
  return { file: { bytes, sha256: hash.digest('hex') }, ...inputOf(() => piecesOf(path, Math.max(0, bytes - 1))) };
}

function inputOf(pieces: () => AsyncIterable<Buffer>): Input {
  return {
    open: (format, columns) => (format === 'csv' ? readCsv(pieces(), columns) : readJsonLines(pieces())),
  };
}

/** @param end of the last byte to be read */
function piecesOf(path: string, end = Number.POSITIVE_INFINITY): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: pieceBytes, end });
}

async function* bufferPieces(stream: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  for await (const piece of stream) yield Buffer.from(piece);
}
