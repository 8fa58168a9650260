import { z } from 'zod';

/** U+0000 and unpaired surrogates are refused in every string: PostgreSQL stores neither. */
const forbiddenCharacter = /\0|\p{Surrogate}/u;

/** Text of at most `maximum` UTF-16 units, without U+0000 and unpaired surrogates. */
export function text(maximum: number) {
  return z
    .string()
    .max(maximum)
    .refine((value) => !forbiddenCharacter.test(value), 'holds U+0000 or an unpaired surrogate');
}

/** Whether a string may be stored and compared at all. */
export function isWellFormedText(value: string): boolean {
  return !forbiddenCharacter.test(value);
}

/** A UUID, lower case. */
export const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'is not a lower-case uuid');

/** A realm's name as people spell it: safe as a path segment. */
export const realmSpelling = z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'is not 1 to 40 of A-Z, a-z, 0-9 and -');
/** The same as it is compared, whichever way it is given: in lower case, safe as a token of a subject too. */
export const realmName = realmSpelling.toLowerCase();

/** First path segments that mean something else; no realm may take them. */
export const reservedRealmNames: ReadonlySet<string> = new Set([
  '_dev',
  'api',
  'admin',
  'auth',
  'oauth2',
  'console',
  'login',
  'signin',
  'ctrller',
  'docs',
  'healthz',
  'readyz',
  'metrics',
  'openapi.json',
  '.well-known',
]);

/** Registered form of an application id: a UUID's 32 lower-case hex digits without hyphens. */
export const applicationId = z.string().regex(/^[0-9a-f]{32}$/, 'is not 32 lower-case hex digits');

/** 32 bytes in hex. */
export const applicationKey = z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 lower-case hex digits');

/** UTF-16 units of a user id or a group name. */
export const longestName = 256;
/** As people write it; compared as `foldName` has it. */
export const userId = text(longestName).min(1);
export const groupName = text(longestName).min(1);

/** Entries of one page of a list. */
export const largestPage = 1000;
/** Lists everywhere take `{after, limit}` and answer a cursor, which is only good for being handed back. */
export const page = { after: text(3000).optional(), limit: z.int().min(1).max(largestPage).default(100) };
export const nextPage = { next: z.string().optional() };
