import type { IncomingMessage } from 'node:http';
import type { RouteConstraints } from '../http/fastify-adapter.js';
import { namesParameter } from '../http/query.js';
import { targetOf } from '../http/request-target.js';

/** What a path may ask of a user, after the user id or, in the query form, in its place. */
export const words = Object.freeze([
  'factors',
  'status',
  'throttle',
  'otpvalidatethrottle',
  'groups',
  'resetpwd',
  'changepwd',
] as const);

/**
 * Whether a request names its user by `?username=` (secureauth C.6). A path that names one itself goes before, and then
 * the query means nothing. `/users/{word}` names a user only when `username` is absent.
 */
export function isOfQueryForm(segments: readonly string[] | undefined, query: string): boolean {
  if (query === '' || segments === undefined || !namesParameter(query, 'username')) return false;
  const [, , , noun, first, second] = segments;
  if (noun === 'users') return segments.length === 4 || (segments.length === 5 && isWord(first));
  return noun === 'groups' && segments.length === 6 && second === 'users';
}

/**
 * Tells routes of the query form from those of the same path without it. A request of the query form is routed to
 * nothing else, so that no route takes the word in its path for a user.
 */
export const formConstraint: RouteConstraints[string] = {
  name: 'form',
  mustMatchWhenDerived: true,
  storage: () => {
    const handlers = new Map<string, Handlers>();
    return {
      get: (form) => handlers.get(form) ?? null,
      set: (form, handler) => void handlers.set(form, handler),
    };
  },
  validate: () => undefined,
  // Undefined is "no such constraint" to the router, whose types leave that out.
  deriveConstraint: formOf as RouteConstraints[string]['deriveConstraint'],
};

function formOf(request: IncomingMessage): 'query' | undefined {
  const { segments, query } = targetOf(request);
  return isOfQueryForm(segments, query) ? 'query' : undefined;
}

type Storage = ReturnType<RouteConstraints[string]['storage']>;
type Handlers = Parameters<Storage['set']>[1];

const knownWords: ReadonlySet<string | undefined> = new Set(words);

function isWord(segment: string | undefined): boolean {
  return knownWords.has(segment);
}
