/** One side of associations: the ids of what exists, by the position of its name in the request. */
export type Side = readonly (string | undefined)[];

export interface Association {
  readonly userUuid: string;
  readonly groupUuid: string;
}

export interface FailedAssociation<Problem = 'user.unknown' | 'group.unknown'> {
  readonly userIndex: number;
  readonly groupIndex: number;
  readonly problem: Problem;
}

/**
 * Every user with every group. What is named twice is associated once; what is not there fails wherever it is named, in
 * the order of the request: by user, then by group. Where both are not there it is the user.
 */
export function associate(
  users: Side,
  groups: Side,
): { readonly possible: readonly Association[]; readonly failed: readonly FailedAssociation[] } {
  const failed = users.flatMap((userUuid, userIndex) =>
    groups.flatMap((groupUuid, groupIndex): readonly FailedAssociation[] => {
      if (userUuid === undefined) return [{ userIndex, groupIndex, problem: 'user.unknown' }];
      return groupUuid === undefined ? [{ userIndex, groupIndex, problem: 'group.unknown' }] : [];
    }),
  );
  const groupUuids = present(groups);
  const possible = present(users).flatMap((userUuid) => groupUuids.map((groupUuid) => ({ userUuid, groupUuid })));
  return { possible, failed };
}

/** The places of associations for which their users had no room, wherever they are named. */
export function withoutRoom(
  users: Side,
  groups: Side,
  refused: readonly Association[],
): readonly FailedAssociation<'user.groups_full'>[] {
  if (refused.length === 0) return [];
  const pairs = new Set(refused.map(({ userUuid, groupUuid }) => `${userUuid} ${groupUuid}`));
  return users.flatMap((userUuid, userIndex) =>
    groups.flatMap((groupUuid, groupIndex) =>
      pairs.has(`${userUuid} ${groupUuid}`) ? [{ userIndex, groupIndex, problem: 'user.groups_full' } as const] : [],
    ),
  );
}

/** In the order of the ids: two requests that name the same in another order cannot wait for each other. */
function present(side: Side): readonly string[] {
  return [...new Set(side.filter((id) => id !== undefined))].sort();
}
