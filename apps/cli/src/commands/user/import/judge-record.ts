import { longestName } from '@countersign/contracts';
import { withFieldNames } from '../../../records/field-names.js';
import { type RawRecord, userRecord } from '../../../records/user-record.js';
import { faultsOf, strayName } from '../../../schema-faults.js';
import type { Refusal } from './results.js';

export type Judged = { readonly userId: string; readonly text: string } | { readonly refusal: Refusal };

/** Whether a record has the shape of a user; whether its values are acceptable is for the services to say. */
export function judgeRecord(record: RawRecord): Judged {
  const { line } = record;
  const refused = (detail: string, userId?: string): Judged => ({
    refusal: { line, ...(userId === undefined ? {} : { userId }), problem: 'request.malformed', detail },
  });
  if ('fault' in record) return refused(record.fault);
  let value: unknown;
  try {
    value = record.read();
  } catch {
    return refused('is not JSON');
  }
  const named = withFieldNames(value);
  if ('fault' in named) return refused(named.fault, userIdIn(value));
  const parsed = userRecord.safeParse(named.record);
  if (!parsed.success) return refused(faultsOf(parsed.error, named.record), userIdIn(value));
  const stray = strayName(Object(named.record), parsed.data);
  if (stray !== undefined) return refused(`unknown field ${stray}`, parsed.data.userId);
  return { userId: parsed.data.userId, text: named.record === value ? record.text : JSON.stringify(named.record) };
}

/** Enough to find the record by. */
function userIdIn(value: unknown): string | undefined {
  const userId = (value as { readonly userId?: unknown } | null | undefined)?.userId;
  return typeof userId === 'string' ? userId.slice(0, longestName) : undefined;
}
