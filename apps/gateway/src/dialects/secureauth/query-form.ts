import { namesParameter } from '../../http/query.js';
import type { RequestTarget } from '../../http/request-target.js';

/** What a path may ask of a user, after the user id or, where the query names the user, in its place. */
export const actions = Object.freeze([
  'factors',
  'status',
  'throttle',
  'otpvalidatethrottle',
  'groups',
  'resetpwd',
  'changepwd',
] as const);

/**
 * Whether a request names its user by `?username=` (secureauth C.6). A path that names one itself takes precedence, and
 * then the query means nothing. `/users/{action}` names a user only when `username` is absent.
 */
export function isByQuery({ segments, query }: Pick<RequestTarget, 'segments' | 'query'>): boolean {
  if (query === '' || segments === undefined || !namesParameter(query, 'username')) return false;
  const [, , , noun, first, second] = segments;
  if (noun === 'users') return segments.length === 4 || (segments.length === 5 && knownActions.has(first));
  return noun === 'groups' && segments.length === 6 && second === 'users';
}

const knownActions: ReadonlySet<string | undefined> = new Set(actions);
