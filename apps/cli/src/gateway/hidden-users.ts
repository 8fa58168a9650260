import {
  listUsers,
  type Operation,
  Problem,
  type RealmSettings,
  type ReplyOf,
  type RequestInput,
  showUser,
} from '@countersign/contracts';

type Ask = <O extends Operation>(operation: O, request: RequestInput<O>) => Promise<ReplyOf<O>>;

/** The characters that fold to a backslash: one stands between domain and user. */
const backslash = /[\\\uff3c\ufe68]/;
/** One page: each of these users costs one more ask. */
const mostLookedAt = 50;

/**
 * Dialects cut the domain that their setting `ownDomain` names off user ids: `OWN\u` is looked up as `u`. Applications
 * cannot find a user whose id holds that domain, unless the user has the alias `u`.
 * @returns a warning that names one such user among the first 50; undefined where there is none
 */
export async function hiddenUserWarning(
  realm: string,
  dialects: RealmSettings['dialects'],
  ask: Ask,
): Promise<string | undefined> {
  for (const [dialect, { ownDomain }] of Object.entries(dialects)) {
    if (typeof ownDomain !== 'string' || ownDomain === '') continue;
    const { users } = await ask(listUsers, { realm, prefix: `${ownDomain}\\`, limit: mostLookedAt });
    const named = users.map((user) => ({ ...user, alone: user.userId.slice(user.userId.search(backslash) + 1) }));
    const areHidden = await Promise.all(
      named.map(async ({ id, alone }) => alone === '' || (await idOf(realm, alone, ask)) !== id),
    );
    const hidden = named.find((_, at) => areHidden[at]);
    if (hidden === undefined) continue;
    return `dialects.${dialect}.ownDomain: applications cannot find user ${hidden.userId}, since dialects cut the own domain off; rename the user or add the alias ${hidden.alone}`;
  }
  return undefined;
}

/** The id of the user of that name or alias. */
async function idOf(realm: string, userId: string, ask: Ask): Promise<string | undefined> {
  try {
    return (await ask(showUser, { realm, userId })).id;
  } catch (error) {
    if (error instanceof Problem && error.code === 'user.unknown') return undefined;
    throw error;
  }
}
