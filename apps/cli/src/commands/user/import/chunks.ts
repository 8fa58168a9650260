import { foldName, mostImportedAtOnce } from '@countersign/contracts';
import { longestRecord, type RawRecord, type RawRecords } from '../../../records/user-record.js';
import { judgeRecord } from './judge-record.js';
import type { Refusal } from './results.js';

/** Bounds of one request: half of what the contract allows, so that one of several is soon done and soon asked again. */
const mostUsers = mostImportedAtOnce / 2;
const mostBytes = longestRecord;

/** Records that are asked for together. Which ones follows from the file alone, so that a resumed import cuts it alike. */
export interface Chunk {
  /** Bytes of the file up to its end. */
  readonly end: number;
  readonly users: readonly JudgedUser[];
  /** Of records that cannot be a user. */
  readonly refusals: readonly Refusal[];
  /** User ids as they are compared: two chunks that share one must not be under way at once, or the later could win. */
  readonly names: ReadonlySet<string>;
}

interface JudgedUser {
  readonly line: number;
  readonly userId: string;
  /** JSON of the right shape. */
  readonly text: string;
}

/** The chunks of a file that end behind `from`. */
export async function* chunksOf(pieces: RawRecords, from: number): AsyncGenerator<Chunk, void> {
  for await (const records of cut(pieces)) {
    const end = records.at(-1)?.end ?? 0;
    if (end > from) yield judged(records, end);
  }
}

/** At most 250 users and 380,000 bytes each. */
async function* cut(pieces: RawRecords): AsyncGenerator<readonly RawRecord[], void> {
  let records: RawRecord[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    for (const record of piece) {
      const size = 'fault' in record ? 0 : record.size + 1;
      if (records.length === mostUsers || (records.length > 0 && bytes + size > mostBytes)) {
        yield records;
        records = [];
        bytes = 0;
      }
      records.push(record);
      bytes += size;
    }
  }
  if (records.length > 0) yield records;
}

function judged(records: readonly RawRecord[], end: number): Chunk {
  const users: JudgedUser[] = [];
  const refusals: Refusal[] = [];
  for (const record of records) {
    const result = judgeRecord(record);
    if ('refusal' in result) refusals.push(result.refusal);
    else users.push({ line: record.line, ...result });
  }
  return { end, users, refusals, names: new Set(users.map(({ userId }) => foldName(userId))) };
}
