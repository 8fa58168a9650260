import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../../output/failure.js';
import type { ImportOptions } from './import-options.js';
import type { Input } from './input-file.js';

const count = z.int().min(0);
/** What must be the same for an import to be resumed. */
const subject = z.object({
  /** Byte for byte. */
  file: z.string(),
  realm: z.string(),
  /** Of one installation: a realm of the same name elsewhere has another. */
  realmId: z.string(),
  /** As seen from the state, so that both can be moved together. */
  refused: z.string(),
  /** How the file is read, and what is done with it. */
  flags: z.string(),
});
type Subject = z.output<typeof subject>;

const importState = z.object({
  version: z.literal(3),
  /** Part of the key of each request, so that the same import asks again under the same keys and another never does. */
  importId: z.string().min(1).max(100),
  subject,
  usersBefore: count,
  /** All records up to here are done; `tally` and `refusedBytes` are theirs. */
  bytesDone: count,
  tally: z.object({ created: count, updated: count, same: count, different: count, refused: count }),
  /** How much of the file of refusals is theirs. */
  refusedBytes: count,
});
export type ImportState = z.output<typeof importState>;

export function subjectOf(options: ImportOptions, input: Input, realmId: string): Subject {
  const { realm, format, columns, createGroups, update, refusedPath, statePath } = options;
  return {
    file: `${input.file?.bytes} bytes, SHA-256 ${input.file?.sha256}`,
    realm,
    realmId,
    refused: relative(dirname(statePath), refusedPath),
    flags: JSON.stringify({ format, columns, createGroups, update }),
  };
}

/** In the order in which they are checked. */
const differences: Readonly<Record<keyof Subject, (left: ImportState) => string>> = {
  file: ({ bytesDone }) => `the file has changed since its import began, of which ${bytesDone} bytes are done`,
  realm: (left) => `the import that was interrupted is into realm ${left.subject.realm}`,
  realmId: (left) => `the import that was interrupted is into realm ${left.subject.realm} of another system`,
  refused: (left) => `the import that was interrupted has its --refused at ${left.subject.refused}`,
  flags: () =>
    'the import that was interrupted was asked for with other --format, --column, --create-groups or --update',
};

/**
 * The state that an interrupted import has left at a path; `undefined` when there is none.
 * @throws Failure when it is no state of an import, or of an import of another subject
 */
export function readState(path: string, now: Subject): ImportState | undefined {
  if (!existsSync(path)) return undefined;
  const left = importState.safeParse(jsonIn(path)).data;
  if (left === undefined) throw other(`${path} is not the state of an import`);
  for (const [name, sentence] of Object.entries(differences)) {
    const field = name as keyof Subject;
    if (left.subject[field] !== now[field]) throw other(sentence(left));
  }
  return left;
}

function other(message: string): Failure {
  return new Failure('import.other', message, {
    hint: 'start from the first record with --restart: users that exist are not created again',
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
