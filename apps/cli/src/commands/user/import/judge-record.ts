import { longestName } from '@countersign/contracts';
import type { z } from 'zod';
import { type RawRecord, userRecord } from '../../../records/user-record.js';
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
  const parsed = userRecord.safeParse(value);
  if (!parsed.success) return refused(describe(parsed.error), userIdIn(value));
  return { userId: parsed.data.userId, text: record.text };
}

/** Enough to find the record by. */
function userIdIn(value: unknown): string | undefined {
  const userId = (value as { readonly userId?: unknown } | null | undefined)?.userId;
  return typeof userId === 'string' ? userId.slice(0, longestName) : undefined;
}

const mostFaults = 5;

function describe(error: z.ZodError): string {
  return error.issues.slice(0, mostFaults).map(sentence).join('; ');
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown field ${issue.keys.map(nameOf).join(', ')}`;
  const place = issue.path.map(nameOf).join('.');
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return place === '' ? message : `${place}: ${message}`;
}

/** A key is chosen by the file too: what does not look like a name may be a value in the wrong place. */
function nameOf(key: PropertyKey): string {
  const text = String(key);
  return /^[A-Za-z0-9_.-]{1,30}$/.test(text) ? text : '(a name that is none)';
}
