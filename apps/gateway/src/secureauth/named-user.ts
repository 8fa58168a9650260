import { foldName, hearsUsernameInQuery, isWellFormedText, longestName, Problem } from '@countersign/contracts';
import { MalformedRequest } from '../http/malformed-request.js';
import { parameterOf } from '../http/query.js';
import type { Exchange } from '../signature/exchange.js';
import type { Endpoint } from './endpoint.js';

/** `/{realm}/api/{version}` before the path of an endpoint. */
const SEGMENTS_BEFORE = 3;

/** Who a request is about. */
export interface NamedUser {
  /** As the directory knows users: `domain\user` if they are of another domain than the realm's own. */
  readonly userId: string;
  /** As the request names them, for answers that name them back. */
  readonly shown: string;
}

/**
 * The user that a request names, in whichever form of its endpoint, and notes the name for answers.
 * @throws MalformedRequest if it names nobody or more than one; Problem `user.unknown` for a name nobody can have
 */
export function userNamed(exchange: Exchange, endpoint: Endpoint): { readonly realm: string; readonly userId: string } {
  const { userId, shown } = whoIsNamed(exchange, endpoint);
  exchange.userId = shown;
  if (!isPossibleName(userId)) throw new Problem('user.unknown');
  return { realm: exchange.target.realm, userId };
}

/** The same, also for a name that nobody can have. @throws MalformedRequest */
export function whoIsNamed(exchange: Exchange, endpoint: Endpoint): NamedUser {
  const { segments, query } = exchange.target;
  const places = placesOf(endpoint, segments?.length);
  const userId = segments?.[places.userId];
  if (userId === undefined) return named(exchange, usernameIn(exchange, query), parameterOf(query, 'domain'));
  return places.domain === -1 ? { userId, shown: userId } : named(exchange, userId, segments?.[places.domain]);
}

/** The group that a path names, as it is written there. */
export function groupNamed({ target: { segments } }: Exchange, endpoint: Endpoint): string {
  const group = segments?.[placesOf(endpoint, segments.length).group];
  if (group === undefined) throw new Error(`${endpoint.name} names no group`);
  return group;
}

/**
 * A user of a domain (secureauth C.0). The realm's own domain goes without saying; a backslash stands between domain and
 * user, so that neither may hold one: `a\b` and `c` would name the same as `a` and `b\c`. Names are compared folded, which makes other characters one.
 * @param domain undefined or empty: none
 * @throws MalformedRequest
 */
export function named({ application }: Exchange, userId: string, domain: string | undefined): NamedUser {
  if (domain === undefined || domain === '') return { userId, shown: userId };
  if (/[\\/]/.test(foldName(domain))) throw new MalformedRequest('domain is not acceptable');
  if (foldName(userId).includes('\\')) throw new MalformedRequest('user id beside a domain holds a backslash');
  const shown = `${domain}\\${userId}`;
  const ownDomain = foldName(application?.settings.ownDomain ?? '');
  return { userId: ownDomain !== '' && foldName(domain) === ownDomain ? userId : shown, shown };
}

/** Whether a user or a group can have this name at all; what can not is not asked for. */
export function isPossibleName(name: string): boolean {
  return name !== '' && name.length <= longestName && isWellFormedText(name);
}

function usernameIn({ application }: Exchange, query: string): string {
  const username = parameterOf(query, 'username');
  if (username === undefined || username === '') throw new MalformedRequest('username is missing');
  if (application === undefined || !hearsUsernameInQuery(application.profile, application.settings)) {
    throw new MalformedRequest('this realm does not take the username from the query, which is not signed');
  }
  return username;
}

interface Places {
  readonly userId: number;
  readonly domain: number;
  readonly group: number;
}

/** Where names stand in a path of so many segments: the forms of an endpoint all differ in that. */
function placesOf(endpoint: Endpoint, length: number | undefined): Places {
  const places = kept.get(endpoint) ?? keep(endpoint);
  const found = places.get(length ?? 0);
  if (found === undefined) throw new Error(`${endpoint.name} has no form of ${length} segments`);
  return found;
}

const kept = new WeakMap<Endpoint, ReadonlyMap<number, Places>>();

function keep(endpoint: Endpoint): ReadonlyMap<number, Places> {
  const places = new Map(endpoint.routes.map(({ path }) => readPlaces(path.slice(1).split('/'))));
  kept.set(endpoint, places);
  return places;
}

function readPlaces(parts: readonly string[]): [number, Places] {
  const placeOf = (name: string) => {
    const index = parts.indexOf(`{${name}}`);
    return index === -1 ? -1 : index + SEGMENTS_BEFORE;
  };
  return [
    parts.length + SEGMENTS_BEFORE,
    { userId: placeOf('userId'), domain: placeOf('domain'), group: placeOf('group') },
  ];
}
