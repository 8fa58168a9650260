import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Failure } from '../../../output/failure.js';
import { recordFormats } from '../../../records/record-format.js';

const count = z.int().min(0);
const tally = z.object({ created: count, same: count, different: count, refused: count });
/** What must be the same for an import to be resumed: the file byte for byte, the realm, and how it is read. */
const subject = z.object({
  file: z.object({ bytes: count, sha256: z.string() }),
  /** Of one installation: a realm of the same name elsewhere has another. */
  realmId: z.string(),
  realm: z.string(),
  format: z.enum(recordFormats),
  columns: z.record(z.string(), z.string()),
  createGroups: z.boolean(),
  /** As seen from the state, so that both can be moved together. */
  refused: z.string(),
});
export type ImportSubject = z.output<typeof subject>;

const importState = z.object({
  version: z.literal(2),
  /** Part of the key of each request, so that the same import asks again under the same keys and another never does. */
  importId: z.string().min(1).max(100),
  subject,
  usersBefore: count,
  /** All records up to here are done; `tally` and `refusedBytes` are theirs. */
  bytesDone: count,
  tally,
  /** How much of the file of refusals is theirs. */
  refusedBytes: count,
});
export type ImportState = z.output<typeof importState>;

/**
 * The state that an interrupted import has left at a path; `undefined` when there is none.
 * @throws Failure when it is none of ours, or of another file or of an import that was asked for otherwise
 */
export function readState(path: string, now: ImportSubject): ImportState | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = importState.safeParse(jsonIn(path));
  if (!parsed.success) throw other(`${path} is not the state of an import`);
  const { subject: then } = parsed.data;
  if (!isDeepStrictEqual(then.file, now.file)) {
    throw other(`the file has changed since its import began, of which ${parsed.data.bytesDone} bytes are done`);
  }
  if (then.realm !== now.realm) throw other(`the import that was interrupted is into realm ${then.realm}`);
  if (then.realmId !== now.realmId)
    throw other(`the import that was interrupted is into realm ${then.realm} of another system`);
  if (then.refused !== now.refused) throw other(`the import that was interrupted has its --refused at ${then.refused}`);
  if (!isDeepStrictEqual(then, now)) {
    throw other('the import that was interrupted was asked for with other --format, --column or --create-groups');
  }
  return parsed.data;
}

function other(message: string): Failure {
  return new Failure('import.other', message, {
    hint: 'begin anew with --restart: users who are there already stay as they are',
  });
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
