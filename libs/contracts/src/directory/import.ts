import { z } from 'zod';
import { groupName, realmName, userId, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import { problems } from '../problem.js';
import { importedValues, mostGroups, userStates } from '../user.js';

/**
 * A user as another system hands it over. In a field that is absent, a new user has no value (and is active), and an
 * existing one keeps its value.
 */
export const importedUser = z.object({
  userId,
  ...importedValues,
  groups: z.array(groupName).max(mostGroups).default([]),
  state: z.enum(userStates).optional(),
});
export type ImportedUser = z.output<typeof importedUser>;

/** Users in one request of an import. */
export const mostImportedAtOnce = 500;

/** UTF-16 units of the detail of an outcome. */
export const longestImportDetail = 200;

/**
 * `same`: a user of this user id exists and has every value of the record. `different`: it has another value in some field,
 * and was not changed. `updated`: it had another value, and has that of the record now. `refused`: see `problem`.
 */
export const importOutcomes = Object.freeze(['created', 'updated', 'same', 'different', 'refused'] as const);
export const importOutcome = z.object({
  outcome: z.enum(importOutcomes),
  /** Of the user that was created or exists; a user that a dry run would create has none. */
  id: uuid.optional(),
  problem: z.enum(Object.keys(problems) as [keyof typeof problems, ...(keyof typeof problems)[]]).optional(),
  /** Of the problem, or the fields that differ or differed; for an operator's eyes, never a secret. */
  detail: z.string().max(longestImportDetail).optional(),
});
export type ImportOutcome = z.output<typeof importOutcome>;
/** What both services' imports are told beside the users. */
export const importOptions = {
  /** Make groups that do not exist; else a user in an unknown group is refused. */
  createGroups: z.boolean().default(false),
  /** Change existing users to what the records say. */
  update: z.boolean().default(false),
  /** Say what would come of it, and change nothing. */
  dryRun: z.boolean().default(false),
};

/** One outcome for each user, by position; one that is refused keeps no other out. */
export const importUserRecords = defineOperation({
  subject: 'countersign.v1.directory.user.import',
  summary: 'inserts many users under ids that authentication has reserved, or updates existing users',
  askedBy: ['authentication'],
  effect: 'changes',
  request: z.object({
    realm: realmName,
    users: z
      .array(importedUser.extend({ id: uuid }))
      .min(1)
      .max(mostImportedAtOnce),
    ...importOptions,
  }),
  reply: z.object({ outcomes: z.array(importOutcome) }),
  refusals: ['realm.unknown', 'password.hashing_overloaded'],
});
