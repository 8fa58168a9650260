import { foldName, isWellFormedText, longestName, Problem } from '@countersign/contracts';
import type { Application } from '../../exchange/application.js';
import { MalformedRequest } from '../../http/malformed-request.js';
import { namesParameter, parameterOf } from '../../http/query.js';
import type { RequestTarget } from '../../http/request-target.js';
import { actions, type Form, type SecureauthCall } from './declare-endpoint.js';
import { type SecureauthSettings, takesUsernameInQuery } from './settings.js';

/** The user that a request is about. */
export interface NamedUser {
  /** As the directory knows users: `domain\user` if they are of another domain than the realm's own. */
  readonly userId: string;
  /** As the request names them, for answers that repeat the name. */
  readonly shown: string;
}

/** The user, as operations name one. */
export interface AskedUser {
  readonly request: { readonly realm: string; readonly userId: string };
  readonly shown: string;
}

type NamingCall = Pick<SecureauthCall, 'realm' | 'params' | 'query' | 'application' | 'noteSubject'>;

/**
 * The user that a request names, in whichever form of its endpoint, noted for answers that repeat the name.
 * @throws MalformedRequest if it names none or more than one; Problem `user.unknown` for a name that no user can have
 */
export function userOf(call: NamingCall): AskedUser {
  const { userId, shown } = namedUser(call);
  call.noteSubject(shown);
  if (!isPossibleName(userId)) throw new Problem('user.unknown');
  return { request: { realm: call.realm, userId }, shown };
}

/** The same, also for a name that no user can have. @throws MalformedRequest */
export function namedUser({ params, query, application }: Omit<NamingCall, 'noteSubject'>): NamedUser {
  const { userId, domain } = params;
  if (userId !== undefined) return named(application.settings, userId, domain);
  return named(application.settings, usernameIn(query, application), parameterOf(query, 'domain'));
}

/**
 * A user of a domain (secureauth C.0). The realm's own domain is left out. A backslash stands between domain and user,
 * so neither may hold one: `a\b` and `c` would name the same as `a` and `b\c`. Both are checked folded, since names are
 * compared so, and folding makes a backslash of other characters.
 * @param domain undefined or empty: none
 * @throws MalformedRequest
 */
export function named(
  settings: Pick<SecureauthSettings, 'ownDomain'>,
  userId: string,
  domain: string | undefined,
): NamedUser {
  if (domain === undefined || domain === '') return { userId, shown: userId };
  if (/[\\/]/.test(foldName(domain))) throw new MalformedRequest('domain is not acceptable');
  if (foldName(userId).includes('\\')) throw new MalformedRequest('user id beside a domain holds a backslash');
  const shown = `${domain}\\${userId}`;
  const ownDomain = foldName(settings.ownDomain);
  return { userId: ownDomain !== '' && foldName(domain) === ownDomain ? userId : shown, shown };
}

/** Whether a user or a group can have this name at all; a name that breaks the naming rules is not looked up. */
export function isPossibleName(name: string): boolean {
  return name !== '' && name.length <= longestName && isWellFormedText(name);
}

function usernameIn(query: string, { profile, settings }: Application<SecureauthSettings>): string {
  const username = parameterOf(query, 'username');
  if (username === undefined || username === '') throw new MalformedRequest('username is missing');
  if (!takesUsernameInQuery(profile, settings)) {
    throw new MalformedRequest('this realm does not take the username from the query, which is not signed');
  }
  return username;
}

/**
 * `by-query` if a request names its user by `?username=` (secureauth C.6). A path that names one itself takes precedence,
 * and then the query means nothing. `/users/{action}` names a user only when `username` is absent.
 */
export function formSelectedBy({ segments, query }: Pick<RequestTarget, 'segments' | 'query'>): Form | undefined {
  if (query === '' || segments === undefined || !namesParameter(query, 'username')) return undefined;
  const [, , , noun, first, second] = segments;
  const isOfUser = noun === 'users' && (segments.length === 4 || (segments.length === 5 && knownActions.has(first)));
  const isOfGroup = noun === 'groups' && segments.length === 6 && second === 'users';
  return isOfUser || isOfGroup ? 'by-query' : undefined;
}

const knownActions: ReadonlySet<string | undefined> = new Set(actions);
