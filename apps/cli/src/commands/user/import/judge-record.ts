import { longestName } from '@countersign/contracts';
import { nameGivenTwice } from '@countersign/sealing';
import { withFieldNames } from '../../../records/field-names.js';
import { type RawRecord, userRecord } from '../../../records/user-record.js';
import { faultsOf, isObject, shownName, strayName } from '../../../schema-faults.js';
import { type Refusal, refusedMember } from './results.js';

export type Judged = { readonly userId: string; readonly text: string } | { readonly refusal: Refusal };

/** Whether a record has the shape of a user; whether its values are acceptable is for the services to say. */
export function judgeRecord(record: RawRecord): Judged {
  const { line } = record;
  const refused = (detail: string, kept: Kept): Judged => ({
    refusal: { line, problem: 'request.malformed', detail, ...kept },
  });
  if ('fault' in record) return refused(record.fault, record.kept ?? {});
  let value: unknown;
  try {
    value = record.read();
  } catch {
    const isJoined = record.text.trimEnd().includes('\r');
    return refused(isJoined ? 'is not JSON: lines must end in LF or CRLF, found CR' : 'is not JSON', {
      text: record.text,
    });
  }
  if (!isObject(value)) return refused('is not an object', { text: record.text });
  // A text that the value gives back has lost nothing.
  const twice = JSON.stringify(value) === record.text ? undefined : nameGivenTwice(record.text);
  if (twice !== undefined) return refused(`${twice.map(shownName).join('.')} occurs twice`, { text: record.text });
  const unmended = textToMend(value);
  if (unmended !== undefined) return refused('correct refused.text, and put it in place of this line', unmended);
  const said = record.text.includes('null') || Object.hasOwn(value, refusedMember) ? whatIsSaid(value) : value;
  const text = said === value ? record.text : JSON.stringify(said);
  const faulty = (detail: string) => refused(detail, { record: text, ...userIdIn(said) });
  const named = withFieldNames(said);
  if ('fault' in named) return faulty(named.fault);
  const parsed = userRecord.safeParse(named.record);
  if (!parsed.success) return faulty(faultsOf(parsed.error, named.record));
  const stray = strayName(Object(named.record), parsed.data);
  if (stray !== undefined) return faulty(`unknown field ${stray}`);
  return { userId: parsed.data.userId, text: named.record === said ? text : JSON.stringify(named.record) };
}

/** What is kept of a record that is refused. */
type Kept = Pick<Refusal, 'userId' | 'record' | 'text' | 'base64'>;
type Members = Readonly<Record<string, unknown>>;

/** A line of a file of refusals that held no object, as it was written there. */
function textToMend({ [refusedMember]: why, ...members }: Members): Kept | undefined {
  if (!isObject(why) || Object.keys(members).length > 0) return undefined;
  const { text, base64 } = why as Members;
  if (typeof text === 'string') return { text };
  return typeof base64 === 'string' ? { base64 } : undefined;
}

/**
 * A record without the reason of an earlier refusal, and without members that are null: exports of databases write null
 * where they have no value, and a member that is absent leaves the user as it is.
 */
function whatIsSaid({ [refusedMember]: why, ...members }: Members): object {
  return withoutNulls(isObject(why) ? members : { ...members, ...(why === undefined ? {} : { [refusedMember]: why }) });
}

function withoutNulls(value: object): object {
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNullsWithin(member)]));
}

function withoutNullsWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsWithin);
  return isObject(value) ? withoutNulls(value) : value;
}

/** Enough to find the record by. */
function userIdIn(value: object): { readonly userId?: string } {
  const { userId } = value as { readonly userId?: unknown };
  return typeof userId === 'string' ? { userId: userId.slice(0, longestName) } : {};
}
