import { eraseUser, Problem, registerUser, showProfile, updateUser } from '@countersign/contracts';
import { z } from 'zod';
import { asWritten, fixed, text } from '../../description/json-schema.js';
import type { ReplyFacts } from '../../exchange/endpoint.js';
import { refusedAs } from '../../exchange/parse-body.js';
import { field } from '../../http/json-body.js';
import { MalformedRequest } from '../../http/malformed-request.js';
import { changeAnswers, erasureUnknown, stateAnswers, successes, userAnswers } from './answer-texts.js';
import { declareEndpoint } from './declare-endpoint.js';
import { bodyDomain, isPossibleName, named, userOf } from './named-user.js';
import { isPossiblePassword } from './passwords.js';
import { changesOf, exampleChanges, profileBody } from './profile-body.js';
import { exampleProfile, profileSchema, writeProfile } from './profile-reply.js';

const { userId, password } = registerUser.request.shape;

const changed: ReplyFacts = { summary: 'done', schema: fixed(successes.changed), example: successes.changed };

const pinWarning =
  'an empty string clears a property; some SDKs send `"pinHash":""` with every change, which clears the PIN';

/** secureauth C.1. */
const show = declareEndpoint({
  name: 'users.show',
  clause: 'C.1',
  summary: 'shows the profile of a user',
  methods: ['GET'],
  path: '/users/{userId}',
  byQuery: { methods: ['GET'], path: '/users' },
  permission: 'user-management',
  operation: showProfile,
  replies: [
    { summary: 'the profile', schema: profileSchema, example: exampleProfile },
    ...[userAnswers.disabled, userAnswers.lockedOut, userAnswers.passwordExpired, userAnswers.invalidGroup].map(
      ({ status, message }): ReplyFacts => ({
        summary: 'the state of the account, instead of the profile',
        schema: fixed({ status, message }, { userId: text }),
        example: { status, message, userId: 'jdoe' },
      }),
    ),
  ],

  async handle(call) {
    const who = userOf(call);
    const user = await call.ask(who.request);
    if (user.state === 'deleted') throw new Problem('user.unknown');
    if (user.state === 'active' && !user.isGroupMissing) return writeProfile(who.shown, user, call.application);
    const { status, message } = user.state === 'active' ? userAnswers.invalidGroup : stateAnswers[user.state];
    return { status, message, userId: who.shown };
  },
});

/** secureauth C.2. */
const update = declareEndpoint({
  name: 'users.update',
  clause: 'C.2',
  summary: 'changes properties and questions of a user',
  notes: ['PUT and POST are the same', 'a key that is left out or null stays as it is', pinWarning],
  methods: ['PUT', 'POST'],
  path: '/users/{userId}',
  byQuery: { methods: ['PUT'], path: '/users' },
  permission: 'user-management',
  operation: updateUser,
  // Only operators give a user further names.
  neverMet: ['user.exists', 'user.id_invalid'],
  body: { isRequired: false, schema: z.object(profileBody), example: exampleChanges },
  replies: [changed],
  problems: { 'user.unknown': changeAnswers.notFound },

  async handle(call) {
    const who = userOf(call);
    const body = call.body();
    // A body that holds passwords and nothing to change was meant for `/changepwd` (contract F15): never `success`.
    const isEmpty = (body.properties ?? body.knowledgeBase ?? undefined) === undefined;
    if (isEmpty && passwordKeys.some((key) => Object.hasOwn(call.json(), key))) {
      throw new MalformedRequest('properties or knowledgeBase is missing');
    }
    await call.ask({ ...who.request, ...changesOf(body) });
    return successes.changed;
  },
});

const passwordKeys = ['password', 'currentPassword', 'newPassword'] as const;

/** secureauth C.3. With a `domain`, the user of that domain: the one that `/users/{domain}/{userId}` names. */
const create = declareEndpoint({
  name: 'users.create',
  clause: 'C.3',
  summary: 'creates a user together with a password',
  methods: ['POST'],
  path: '/users',
  permission: 'user-management',
  operation: registerUser,
  body: {
    isRequired: true,
    // Not malformed but refused, since clients send `{}` for what they leave unset.
    schema: z.object({
      userId: z
        .string(refusedAs('user.id_invalid'))
        .refine(isPossibleName, refusedAs('user.id_invalid'))
        .meta(asWritten(userId)),
      password: z
        .string(refusedAs('password.refused'))
        .refine(isPossiblePassword, refusedAs('password.refused'))
        .meta(asWritten(password)),
      domain: bodyDomain,
      ...profileBody,
    }),
    example: {
      userId: 'jsmith',
      password: 'correct horse battery',
      properties: { firstName: 'Jane', lastName: 'Smith', email1: 'jsmith@example.com' },
    },
  },
  replies: [changed],

  async handle(call) {
    // A body that is refused for its password names its user all the same.
    const written = field(call.json(), 'userId');
    if (typeof written === 'string' && isPossibleName(written)) call.noteSubject(written);
    const body = call.body();
    const { userId, shown } = named(call.application.settings, body.userId, body.domain);
    call.noteSubject(shown);
    if (!isPossibleName(userId)) throw new Problem('user.id_invalid');
    await call.ask({ realm: call.realm, userId, password: body.password, ...changesOf(body) });
    return successes.changed;
  },
});

/** secureauth C.7. `deleteAllRelatedData` is not looked at: nothing that is kept of a user can outlive them. */
const erase = declareEndpoint({
  name: 'users.erase',
  clause: 'C.7',
  summary: 'erases a user with all that is kept of them',
  notes: [
    'the body names the user and is signed, as it is with every method',
    'related data is always erased, whatever `deleteAllRelatedData` says',
  ],
  methods: ['DELETE'],
  path: '/users',
  permission: 'user-deletion',
  operation: eraseUser,
  body: {
    isRequired: true,
    schema: z.object({
      user_id: z.string('is missing').meta(asWritten(userId)),
      domain: bodyDomain,
      deleteAllRelatedData: z.unknown().optional().meta({ type: 'boolean' }),
    }),
    example: { user_id: 'jsmith', domain: '', deleteAllRelatedData: true },
  },
  replies: [
    {
      summary: 'erased; the user is named as in the request, as `domain\\user` where a domain was given',
      schema: fixed(successes.erased, { user_id: text }),
      example: { ...successes.erased, user_id: 'jsmith' },
    },
  ],
  problems: { 'user.unknown': erasureUnknown },

  async handle(call) {
    const { user_id, domain } = call.body();
    const { userId: id, shown } = named(call.application.settings, user_id, domain);
    call.noteSubject(shown);
    if (!isPossibleName(id)) throw new Problem('user.unknown');
    await call.ask({ realm: call.realm, userId: id });
    return { ...successes.erased, user_id: shown };
  },
});

export const userEndpoints = Object.freeze({ show, update, create, erase });
