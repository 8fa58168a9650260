import { importedUser, longestPasswordHash } from '@countersign/contracts';
import { z } from 'zod';

/** A user as a file holds it, for import and from export. */
export const userRecord = z.strictObject({
  ...importedUser.shape,
  passwordHash: z.string().max(longestPasswordHash).optional(),
});
export type UserRecord = z.output<typeof userRecord>;

/** A record of a file as it stands there, not yet judged. */
export type RawRecord = ReadableRecord | UnreadableRecord;

interface Place {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Bytes of the file up to its end. */
  readonly end: number;
}

export interface ReadableRecord extends Place {
  /** What should be JSON. */
  readonly text: string;
  /** Bytes of the text as UTF-8. */
  readonly size: number;
  /** @throws SyntaxError when the text is not JSON */
  readonly read: () => unknown;
}

export interface UnreadableRecord extends Place {
  /** Why it cannot be a user, whatever it says; never quotes a value. */
  readonly fault: string;
  /** What stands there; absent where it is too long to be kept. */
  readonly kept?: { readonly text: string } | { readonly base64: string };
}

/** Records as they are read, some at a time. */
export type RawRecords = AsyncIterable<readonly RawRecord[]>;

/**
 * Longest record, in bytes: one alone must fit a request. Every user within the bounds of the contract fits but one with
 * hundreds of groups or a hundred attributes, full to the brim with characters of three bytes.
 */
export const longestRecord = 380_000;

export const tooLong = `is longer than ${longestRecord} bytes`;

/** One line of JSON Lines; what is empty is left out. */
export function jsonLineOf({ userId, passwordHash, state, ...rest }: UserRecord): string {
  const filled = Object.entries(rest).filter(([, value]) => Object.keys(value).length > 0);
  return `${JSON.stringify({ userId, passwordHash, state, ...Object.fromEntries(filled) })}\n`;
}
