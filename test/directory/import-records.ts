import { randomUUID } from 'node:crypto';
import {
  type Actor,
  type ImportOutcome,
  importUserRecords,
  type ReplyOf,
  type RequestInput,
} from '@countersign/contracts';
import { ImportUserRecords } from '../../apps/directory/src/imports/import-user-records.js';
import { asked, type OpenDirectory } from './open-directory.js';

/** Of a user of an import, without its user id. */
export type Part = Partial<Omit<RequestInput<typeof importUserRecords>['users'][number], 'userId'>>;
type Options = { createGroups?: boolean; update?: boolean; dryRun?: boolean };

/** All but the first parameter. */
export type Rest<F extends (first: OpenDirectory, ...rest: never[]) => unknown> =
  Parameters<F> extends [unknown, ...infer Others] ? Others : never;

export const operator: Actor = { kind: 'operator', id: 'spec' };
export const user = (userId: string, part: Part = {}) => ({ id: randomUUID(), userId, ...part });

/** Imports users, by an operator. */
export async function bring(
  directory: OpenDirectory,
  realm: string,
  users: readonly ReturnType<typeof user>[],
  options: Options = {},
  context = asked({ caller: 'authentication', actor: operator }),
): Promise<ImportOutcome[]> {
  const request = importUserRecords.request.parse({ realm, users, ...options });
  const { outcomes }: ReplyOf<typeof importUserRecords> = await directory
    .get(ImportUserRecords)
    .import(request, context);
  return importUserRecords.reply.parse({ outcomes }).outcomes;
}

/** The events about a user, in their order. */
export const eventsOf = (directory: OpenDirectory, id: string) =>
  directory.administer<{ type: string; details: { groupIds?: string[] }; personal: unknown; actor: unknown }>(
    `select type, details, personal, actor from directory.outbox where target ->> 'id' = $1 order by id`,
    [id],
  );

export const kinds = (outcomes: readonly ImportOutcome[]) => outcomes.map(({ outcome, problem }) => problem ?? outcome);

/** A user with something of each kind. */
export const jane: Part = {
  aliases: ['jd', 'JD', 'jane'],
  name: { given: 'Jane', family: 'Doe' },
  emails: [{ value: 'Jane@example.com', kind: 'work' }],
  phones: [
    { value: '+49 1', position: 1, kind: 'mobile', label: 'own', extension: '7', details: { platform: 'x' } },
    { value: '', position: 2 },
  ],
  pin: '4711',
  attributes: { extended1: '17' },
  questions: { 1: { question: 'Pet?', answer: 'Rex' } },
  groups: ['Staff', 'Sales', 'STAFF'],
  state: 'disabled',
};

export const mailOfJane = { value: 'Jane@example.com', kind: 'work' as const };
