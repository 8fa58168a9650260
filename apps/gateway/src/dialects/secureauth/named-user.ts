import { foldName, isWellFormedText, longestName, Problem } from '@countersign/contracts';
import { z } from 'zod';
import type { Application } from '../../exchange/application.js';
import { MalformedRequest } from '../../http/malformed-request.js';
import { namesParameter, parameterOf } from '../../http/query.js';
import type { RequestTarget } from '../../http/request-target.js';
import { actions, backslash, type Form, type SecureauthCall } from './declare-endpoint.js';
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
 * A user of a domain (secureauth C.0): named by `domain\user`, or by the two apart. The realm's own domain is left out. A
 * backslash stands between domain and user, so neither of the two may hold one: `a\b` and `c` would name the same as `a`
 * and `b\c`. All is compared folded, since names are, and folding makes a backslash of other characters.
 * @param domain undefined, null or empty: none, or in the user id
 * @throws MalformedRequest
 */
export function named(
  settings: Pick<SecureauthSettings, 'ownDomain'>,
  userId: string,
  domain: string | null | undefined,
): NamedUser {
  const ownDomain = foldName(settings.ownDomain);
  if (domain === undefined || domain === null || domain === '') {
    const at = ownDomain === '' ? -1 : userId.search(backslash);
    const isOwn = at !== -1 && foldName(userId.slice(0, at)) === ownDomain;
    return { userId: isOwn ? userId.slice(at + 1) : userId, shown: userId };
  }
  if (foldName(domain).includes('\\')) throw new MalformedRequest('domain holds a backslash');
  if (foldName(userId).includes('\\')) throw new MalformedRequest('user id beside a domain holds a backslash');
  const shown = `${domain}\\${userId}`;
  return { userId: ownDomain !== '' && foldName(domain) === ownDomain ? userId : shown, shown };
}

/** A domain beside the user that a body names; clients send null or nothing for none. */
export const bodyDomain = z.string('is not a string').nullish();

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
  const [, , , noun, first, second] = segments.map(lowerCase);
  const isOfUser = noun === 'users' && (segments.length === 4 || (segments.length === 5 && isAction(first)));
  const isOfGroup = noun === 'groups' && segments.length === 6 && second === 'users';
  return isOfUser || isOfGroup ? 'by-query' : undefined;
}

/**
 * A path with its fixed words in lower case, since the vendor's server compares paths without case: `/API/V1/Users/jdoe`.
 * Names stay as they are, wherever a word may stand too: `/users/{userId}/{action}`, `/users/{domain}/{userId}/{action}`.
 */
export function routedSegments(target: RequestTarget): readonly string[] | undefined {
  const { path, segments } = target;
  if (segments === undefined || !/[A-Z%]/.test(path)) return undefined;
  const lower = segments.map(lowerCase);
  const words = new Set([API, VERSION, NOUN, ...wordsAmongNames(lower, formSelectedBy(target) === 'by-query')]);
  return segments.map((segment, index) => (words.has(index) ? (lower[index] ?? segment) : segment));
}

const [API, VERSION, NOUN] = [1, 2, 3];
const FIRST_NAME = 4;

/** The indexes of the words that stand among the names of a path, also where one may not stand for a user of a domain. */
function wordsAmongNames(lower: readonly string[], isByQuery: boolean): readonly number[] {
  if (lower[NOUN] === 'groups') return [FIRST_NAME + 1, ...[FIRST_NAME + 3].filter((index) => isAction(lower[index]))];
  const places = isByQuery ? [FIRST_NAME] : [FIRST_NAME + 1, FIRST_NAME + 2];
  return places.filter((index) => isAction(lower[index])).slice(0, 1);
}

function isAction(word: string | undefined): boolean {
  return actions.some((action) => action === word);
}

function lowerCase(word: string): string {
  return word.toLowerCase();
}
