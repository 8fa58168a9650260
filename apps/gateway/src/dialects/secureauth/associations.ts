import { type addMembers, foldName, isWellFormedText, mostAssociations } from '@countersign/contracts';
import { z } from 'zod';
import { asWritten } from '../../description/json-schema.js';
import type { SecureauthCall } from './declare-endpoint.js';
import { readGroupName } from './group-name.js';
import { isPossibleName } from './named-user.js';

/**
 * A list of C.5, each name once, in order. Of two that are compared alike the first counts, as it was sent: it is what is
 * sent back.
 * @param name what fits each of them, for the description: one that does not fit fails alone
 */
export function namesOf(name: z.ZodType) {
  return z
    .array(z.unknown(), { error: ({ input }) => (input === undefined ? 'is missing' : 'is not a list') })
    .min(1, 'is empty')
    .max(mostAssociations, `has more than ${mostAssociations} entries`)
    .refine((list) => list.every(isString), 'holds something that is not a string')
    .refine(
      (list) => list.every((one) => !isString(one) || isWellFormedText(one)),
      'holds a name that is not acceptable',
    )
    .meta({ items: asWritten(name) })
    .transform((list) => eachOnce(list.filter(isString)));
}

function eachOnce(names: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const name of names) {
    const key = foldName(name);
    if (!byKey.has(key)) byKey.set(key, name);
  }
  return [...byKey.values()];
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export type MembershipCall = SecureauthCall<typeof addMembers>;

export interface Unassociated {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/**
 * Puts every one of the users into every one of the groups, as far as that can be done; one of the two lists has one
 * entry. Groups are named as callers write them, and are always those of the request's realm.
 * @returns those of the longer list that could not be associated, in its order
 * @throws Problem
 */
export async function associate(
  call: Pick<MembershipCall, 'application' | 'realm' | 'ask'>,
  users: readonly string[],
  groups: readonly string[],
): Promise<Unassociated> {
  const { groupNameSuffix } = call.application.settings;
  const userSide = new Side(users);
  const groupSide = new Side(groups.map((group) => readGroupName(group, groupNameSuffix)));
  if (userSide.isEmpty || groupSide.isEmpty) return { users, groups };
  const { failed } = await call.ask({ realm: call.realm, userIds: userSide.possible, groups: groupSide.possible });
  for (const { userIndex, groupIndex } of failed) {
    userSide.fail(userIndex);
    groupSide.fail(groupIndex);
  }
  return { users: userSide.failedOf(users), groups: groupSide.failedOf(groups) };
}

/** One side of the associations. A name that breaks the naming rules is not asked for; it fails as an unknown one does. */
class Side {
  /** Indexes of the names that are asked for. */
  private readonly asked: readonly number[];
  private readonly failed: Set<number>;

  constructor(private readonly names: readonly string[]) {
    this.asked = names.flatMap((name, index) => (isPossibleName(name) ? [index] : []));
    this.failed = new Set(names.flatMap((name, index) => (isPossibleName(name) ? [] : [index])));
  }

  get isEmpty(): boolean {
    return this.asked.length === 0;
  }

  get possible(): string[] {
    return this.asked.map((index) => this.names[index] ?? '');
  }

  /** @param askedIndex among the names that are asked for */
  fail(askedIndex: number): void {
    const index = this.asked[askedIndex];
    if (index === undefined)
      throw new Error(`association ${askedIndex} failed, but ${this.asked.length} were asked for`);
    this.failed.add(index);
  }

  failedOf(written: readonly string[]): readonly string[] {
    return written.filter((_name, index) => this.failed.has(index));
  }
}
