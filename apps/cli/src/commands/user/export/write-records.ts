import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateDraft } from '@countersign/files';
import { csvRow, csvRowOf } from '../../../records/csv.js';
import { ColumnsInUse, columnsOf } from '../../../records/csv-columns.js';
import { readJsonLines } from '../../../records/json-lines.js';
import { jsonLineOf, type RawRecord, type UserRecord, userRecord } from '../../../records/user-record.js';
import type { Output } from './output.js';

export type Records = AsyncIterable<readonly UserRecord[]>;

/** One object a line. */
export async function writeJsonLines(pages: Records, output: Output): Promise<void> {
  for await (const page of pages) await output.write(page.map(jsonLineOf).join(''));
}

/**
 * CSV (RFC 4180) with the columns that are in use. Which those are is known at the end only: until then the users lie in
 * a file of mode 0600, which goes whatever happens but a kill.
 * @param path of the export, to keep that file on the same disk
 */
export async function writeCsv(pages: Records, output: Output, path: string): Promise<void> {
  const spool = PrivateDraft.beside(path === '-' ? join(tmpdir(), 'countersign-export') : path);
  const inUse = new ColumnsInUse();
  try {
    for await (const page of pages) {
      for (const user of page) inUse.see(user);
      spool.append(page.map(jsonLineOf).join(''));
    }
    const names = inUse.names();
    const columns = columnsOf(names, {}).filter((column) => column !== undefined);
    await output.write(csvRow(names));
    for await (const records of readJsonLines(createReadStream(spool.path), Number.POSITIVE_INFINITY)) {
      await output.write(records.map((record) => csvRowOf(userIn(record), columns)).join(''));
    }
  } finally {
    spool.abandon();
  }
}

function userIn(record: RawRecord): UserRecord {
  if ('fault' in record) throw new Error(`a line of our own ${record.fault}`);
  return userRecord.parse(record.read());
}
