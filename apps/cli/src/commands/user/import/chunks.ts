import { foldName, mostImportedAtOnce } from '@countersign/contracts';
import { longestRecord, type RawRecord, type RawRecords } from '../../../records/user-record.js';
import { judgeRecord } from './judge-record.js';
import type { Refusal } from './results.js';

/** Bounds of one request: half of what the contract allows, so that one of several is soon done and soon asked again. */
const mostUsers = mostImportedAtOnce / 2;
const mostBytes = longestRecord;

/** Records that are asked for together. Which ones follows from the file alone, so that a resumed import cuts it alike. */
export interface Chunk {
  /** From 0. */
  readonly number: number;
  /** Bytes of the file up to its end. */
  readonly end: number;
  readonly records: readonly RawRecord[];
}

/** Cuts records into chunks of at most 250 users and 380,000 bytes. */
export async function* chunksOf(pieces: RawRecords): AsyncGenerator<Chunk, void> {
  let number = 0;
  let records: RawRecord[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    for (const record of piece) {
      const size = 'fault' in record ? 0 : record.size + 1;
      if (records.length === mostUsers || (records.length > 0 && bytes + size > mostBytes)) {
        yield { number, end: endOf(records), records };
        number += 1;
        records = [];
        bytes = 0;
      }
      records.push(record);
      bytes += size;
    }
  }
  if (records.length > 0) yield { number, end: endOf(records), records };
}

function endOf(records: readonly RawRecord[]): number {
  return records.at(-1)?.end ?? 0;
}

/** A chunk with what cannot be a user taken out. */
export interface JudgedChunk extends Omit<Chunk, 'records'> {
  readonly users: readonly JudgedUser[];
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

export function judgeChunk({ number, end, records }: Chunk): JudgedChunk {
  const users: JudgedUser[] = [];
  const refusals: Refusal[] = [];
  const names = new Set<string>();
  for (const record of records) {
    const judged = judgeRecord(record);
    if ('refusal' in judged) refusals.push(judged.refusal);
    else {
      users.push({ line: record.line, userId: judged.userId, text: judged.text });
      names.add(foldName(judged.userId));
    }
  }
  return { number, end, users, refusals, names };
}
