import { listUsers, type RealmSettings, type ReplyOf, type RequestInput } from '@countersign/contracts';

type Ask = (operation: typeof listUsers, request: RequestInput<typeof listUsers>) => Promise<ReplyOf<typeof listUsers>>;

/**
 * Dialects leave the domain that their setting `ownDomain` names out of user ids: `OWN\\u` is looked up as `u`. A user whose
 * id holds that domain is then found by no application.
 * @returns a warning that names one such user; undefined where there is none
 */
export async function hiddenUsers(
  realm: string,
  dialects: RealmSettings['dialects'],
  ask: Ask,
): Promise<string | undefined> {
  for (const { ownDomain } of Object.values(dialects)) {
    if (typeof ownDomain !== 'string' || ownDomain === '') continue;
    const { users } = await ask(listUsers, { realm, prefix: `${ownDomain}\\`, limit: 1 });
    const [found] = users;
    if (found === undefined) continue;
    const alone = found.userId.slice(ownDomain.length + 1);
    return `applications do not find ${found.userId}, since the own domain is left out of names: rename such users, or give them an alias, such as ${alone}`;
  }
  return undefined;
}
