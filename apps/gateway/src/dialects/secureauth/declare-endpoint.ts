import type { CommonProblemCode, Operation, Permission, RefusalOf } from '@countersign/contracts';
import type { BodyFacts, Call, Endpoint, Method, ReplyFacts, Route } from '../../exchange/endpoint.js';
import type { AnswerText } from './answer-texts.js';
import type { SecureauthSettings } from './settings.js';

/** Versions of the dialect; aliases of each other but for account states (secureauth C, D.0). */
export const versions = Object.freeze(['v1', 'v2', 'v3'] as const);

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
 * How a request names the user: by a segment, by a domain and a segment, or in `?username=` (secureauth C.0, C.6).
 */
export type Form = '' | 'in-domain' | 'by-query';

/** What a problem answers at one endpoint, where that differs from everywhere else. */
type ProblemTexts<Code extends string> = Readonly<
  Partial<Record<Code, AnswerText | ((settings: SecureauthSettings) => AnswerText)>>
>;

export interface SecureauthEndpoint<Asked extends Operation = Operation, Body = unknown>
  extends Endpoint<Asked, Body, SecureauthSettings> {
  readonly clause: string;
  readonly problems: ProblemTexts<string>;
}

/** A request to an endpoint of the dialect. */
export type SecureauthCall<Asked extends Operation = Operation, Body = unknown> = Call<Asked, Body, SecureauthSettings>;

interface Declaration<Asked extends Operation, Body> {
  readonly name: string;
  /** Of the contract. */
  readonly clause: string;
  readonly summary: string;
  readonly notes?: readonly string[];
  readonly methods: readonly Method[];
  /** Below `/{realm}/api/{version}`; `{userId}` and `{group}` are segments. */
  readonly path: string;
  /** Where `?username=` names the user. */
  readonly byQuery?: { readonly methods: readonly Method[]; readonly path: string };
  readonly permission: Permission;
  readonly operation: Asked;
  readonly neverMet?: readonly RefusalOf<Asked>[];
  readonly body?: BodyFacts<Body>;
  readonly replies: readonly [ReplyFacts, ...ReplyFacts[]];
  readonly problems?: ProblemTexts<RefusalOf<Asked> | CommonProblemCode>;
  handle(call: SecureauthCall<Asked, Body>): Promise<object>;
}

/** Completes a declaration: wherever a path names a user, a domain may stand before it (secureauth C.0). */
export function declareEndpoint<Asked extends Operation, Body>(
  declaration: Declaration<Asked, Body>,
): SecureauthEndpoint<Asked, Body> {
  const { methods, path, byQuery, ...facts } = declaration;
  const inDomain = path.replace('{userId}', '{domain}/{userId}');
  return Object.freeze({
    ...facts,
    tag: tags[facts.permission],
    notes: facts.notes ?? [],
    body: facts.body,
    problems: facts.problems ?? {},
    routes: [
      { form: '', methods, path: BASE + path, patterns: { version }, readsSettings: namesDomain },
      ...(inDomain === path ? [] : [domainRoute(methods, inDomain)]),
      ...(byQuery === undefined ? [] : [queryRoute(byQuery)]),
    ],
  });
}

/** The characters that fold to a backslash: one stands between domain and user. */
export const backslash = /[\\\uff3c\ufe68]/;

const BASE = '/{realm}/api/{version}';
const version = versions.join('|');

/** `/users/jdoe/groups` are the groups of jdoe, not a user of that name in a domain. `[^]` is any character. */
const noAction = `(?!(?:${actions.join('|')})$)[^]*`;

/** The realm's own domain is a setting, and a user id may begin with it. */
const always = () => true;
function namesDomain({ userId = '' }: SecureauthCall['params']): boolean {
  return backslash.test(userId);
}

function domainRoute(methods: readonly Method[], path: string): Route {
  const patterns = { version, userId: noAction };
  return { form: 'in-domain' satisfies Form, methods, path: BASE + path, patterns, readsSettings: always };
}

function queryRoute({ methods, path }: { readonly methods: readonly Method[]; readonly path: string }): Route {
  const form: Form = 'by-query';
  const query = ['username', 'queryDomain'];
  return { form, methods, path: BASE + path, patterns: { version }, selector: form, query, readsSettings: always };
}

/** Where the description sorts what needs a permission. */
const tags: Readonly<Record<Permission, string>> = Object.freeze({
  'user-management': 'Users',
  'user-deletion': 'Users',
  'administrator-reset': 'Passwords',
  'self-service-change': 'Passwords',
  'group-association': 'Groups',
  authentication: 'Authentication',
});
