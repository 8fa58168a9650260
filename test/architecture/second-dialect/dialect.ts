import {
  eraseUser,
  type Problem,
  type ProblemCode,
  permissions,
  realmSettings,
  showProfile,
} from '@countersign/contracts';
import { z } from 'zod';
import type { DescribedDialect } from '../../../apps/gateway/src/description/described-dialect.js';
import { exactly, fixed, text } from '../../../apps/gateway/src/description/json-schema.js';
import type { ProblemsOf } from '../../../apps/gateway/src/exchange/dialect.js';
import { type BodyFacts, type Call, type Endpoint, Reply } from '../../../apps/gateway/src/exchange/endpoint.js';
import type { SchemeParts } from '../../../apps/gateway/src/exchange/scheme.js';
import type { Answer, GeneralOutcome } from '../../../apps/gateway/src/http/answer.js';
import { BearerScheme } from './bearer-scheme.js';

/** Errors are `{"error":{"code":"...","reason":"..."}}`, which no other dialect says. */
function failed(http: number, code: string, reason = code): Answer {
  return { http, body: JSON.stringify({ error: { code, reason } }) };
}
const tokenUnknown: Answer = { ...failed(401, 'token_unknown'), challenge: 'Bearer' };

const show = {
  name: 'users.show',
  tag: 'Users',
  summary: 'shows a user',
  notes: [],
  routes: [{ form: '', methods: ['GET'] as const, path: '/api/v1/users/{login}' }],
  permission: 'user-management' as const,
  operation: showProfile,
  body: undefined,
  replies: [
    { summary: 'the user', schema: exactly({ login: text, state: text }), example: { login: 'jdoe', state: 'active' } },
  ] as const,

  async handle(call: Call<typeof showProfile>): Promise<object> {
    const { userId, state } = await call.ask({ realm: call.realm, userId: call.params['login'] ?? '' });
    return { login: userId, state };
  },
};

const login: BodyFacts<{ login: string }> = {
  isRequired: true,
  schema: z.object({ login: z.string('is missing') }),
  example: { login: 'jdoe' },
};

const erase = {
  name: 'users.erase',
  tag: 'Users',
  summary: 'erases a user',
  notes: [],
  routes: [{ form: '', methods: ['DELETE'] as const, path: '/api/v1/users' }],
  permission: 'user-deletion' as const,
  operation: eraseUser,
  body: login,
  replies: [{ summary: 'erased', schema: fixed({ erased: true }), example: { erased: true } }] as const,

  async handle(call: Call<typeof eraseUser, { login: string }>): Promise<object> {
    await call.ask({ realm: call.realm, userId: call.body().login });
    return { erased: true };
  },
};

/** A form (`application/x-www-form-urlencoded`), which zod parses like an object of texts. */
const form: BodyFacts<{ login: string }> = {
  ...login,
  contentType: 'application/x-www-form-urlencoded',
  read: (raw) => Object.fromEntries(new URLSearchParams(raw?.toString())),
};

const order = {
  name: 'erasures.order',
  tag: 'Users',
  summary: 'erases a user, as a resource',
  notes: [],
  routes: [{ form: '', methods: ['POST'] as const, path: '/api/v1/erasures' }],
  permission: 'user-deletion' as const,
  operation: eraseUser,
  body: form,
  replies: [{ http: 201, summary: 'erased', schema: fixed({ erased: true }), example: { erased: true } }] as const,

  async handle(call: Call<typeof eraseUser, { login: string }>): Promise<Reply> {
    const { login: userId } = call.body();
    const { id } = await call.ask({ realm: call.realm, userId });
    return new Reply(201, { erased: true }, { location: `/api/v1/erasures/${id}` });
  },
};

const endpoints = [
  show satisfies Endpoint<typeof showProfile>,
  erase satisfies Endpoint<typeof eraseUser, { login: string }>,
  order satisfies Endpoint<typeof eraseUser, { login: string }>,
];

/** What the two operations can refuse, and what every ask can meet: one line more or less does not compile. */
export const problemAnswers: Readonly<Record<ProblemsOf<typeof endpoints>, Answer>> = Object.freeze({
  'realm.unknown': failed(503, 'unavailable'),
  'user.unknown': failed(404, 'no_such_user'),
  'key_ring.key_unknown': failed(503, 'unavailable'),
  'request.malformed': failed(400, 'invalid'),
  'request.too_large': failed(413, 'invalid'),
  'request.key_reused': failed(409, 'conflict'),
  'bus.unavailable': failed(503, 'unavailable'),
  'bus.deadline': failed(503, 'unavailable'),
  'bus.overloaded': failed(503, 'unavailable'),
  'bus.not_permitted': failed(500, 'fault'),
  'store.unavailable': failed(503, 'unavailable'),
  internal: failed(500, 'fault'),
});

/** What any request can meet: one line less does not compile. */
const statuses: Readonly<Record<GeneralOutcome, number>> = Object.freeze({
  targetMalformed: 400,
  valueMalformed: 400,
  requestUnreadable: 400,
  methodUnsupported: 405,
  codingUnsupported: 415,
  transferUnsupported: 501,
  notPermitted: 403,
  notFound: 404,
  conflict: 409,
  timedOut: 408,
  tooLarge: 413,
  headersTooLarge: 431,
  fault: 500,
  unavailable: 503,
  recovering: 503,
  overloaded: 503,
  closing: 503,
});
const answers = Object.fromEntries(
  Object.entries(statuses).map(([outcome, http]) => [outcome, failed(http, outcome)]),
) as Record<GeneralOutcome, Answer>;

/** By token; the realm of a request is that of its application. */
const applications = new Map([
  [
    'of-acme',
    {
      applicationId: 'a'.repeat(32),
      realm: 'acme',
      profile: 'strict' as const,
      permissions: [...permissions],
      version: 1,
    },
  ],
  [
    'of-other',
    { applicationId: 'b'.repeat(32), realm: 'other', profile: 'compat' as const, permissions: [], version: 1 },
  ],
]);

/** A made-up protocol: bearer tokens, a root of its own, the realm from the credential, errors of its own shape. */
export const second: DescribedDialect = {
  name: 'second',
  root: '/api/v1',
  realmFrom: 'credential',
  endpoints,
  answers,

  openScheme({ applicationOf }: SchemeParts) {
    const settings = realmSettings.parse({});
    const known = [...applications].map(([token, facts]) => [token, applicationOf({ ...facts, settings })] as const);
    return new BearerScheme(new Map(known), tokenUnknown);
  },
  settings: z.object({}),
  malformed: (reason: string) => failed(400, 'invalid', reason),
  answerTo: ({ code }: Problem) => answerTo(code),

  description: {
    summary: 'Users by bearer token.',
    introduction: '## The second dialect\n\nSend `Authorization: Bearer <token>`.',
    tags: [{ name: 'Users', description: 'Users, said otherwise.' }],
    parameters: {
      login: { name: 'login', in: 'path', required: true, description: 'The user.', schema: text, example: 'jdoe' },
    },
    scheme: {
      name: 'token',
      securityScheme: { type: 'http', scheme: 'bearer' },
      requestHeaders: {},
      answerHeaders: {},
      refused: 'The token is refused.',
      refusals: [{ name: 'token-unknown', when: 'No application has this token.', answer: tokenUnknown }],
    },
    statuses: {},
    conventions: 'Bearer tokens.',
    problemAt: (_endpoint, code) => {
      const { http, body } = answerTo(code);
      const example = JSON.parse(body);
      return { http, schema: fixed(example), example };
    },
  },
};

function answerTo(code: ProblemCode): Answer {
  const translated: Readonly<Partial<Record<ProblemCode, Answer>>> = problemAnswers;
  return translated[code] ?? answers.fault;
}
