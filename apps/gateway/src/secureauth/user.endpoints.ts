import { eraseUser, registerUser, showProfile, updateUser } from '@countersign/contracts';
import { erasureProblems, stateAnswers, successes, updateProblems } from './contract.js';
import { declareEndpoint, type ReplyFacts } from './endpoint.js';
import { anObject, asWritten, said, text } from './json-schema.js';
import { exampleChanges, exampleProfile, profileChangesSchema, profileSchema } from './profile.schema.js';

const { userId, password } = registerUser.request.shape;

const changed: ReplyFacts = { summary: 'done', schema: said(successes.changed), example: successes.changed };

const pinWarning =
  'an empty string clears a property; some SDKs send `"pinHash":""` with every change, which clears the PIN';

/** secureauth C.1 to C.3 and C.7. */
export const userEndpoints = Object.freeze({
  show: declareEndpoint({
    name: 'users.show',
    clause: 'C.1',
    summary: 'shows the profile of a user',
    methods: ['GET'],
    path: '/users/{userId}',
    twin: { methods: ['GET'], path: '/users' },
    permission: 'user-management',
    operation: showProfile,
    replies: [
      { summary: 'the profile', schema: profileSchema, example: exampleProfile },
      ...Object.values(stateAnswers).map(
        ({ status, message }): ReplyFacts => ({
          summary: 'the state of the account, instead of the profile',
          schema: said({ status, message }, { userId: text }),
          example: { status, message, userId: 'jdoe' },
        }),
      ),
    ],
  }),

  update: declareEndpoint({
    name: 'users.update',
    clause: 'C.2',
    summary: 'changes properties and questions of a user',
    notes: ['PUT and POST are the same', 'a key that is left out or null stays as it is', pinWarning],
    methods: ['PUT', 'POST'],
    path: '/users/{userId}',
    twin: { methods: ['PUT'], path: '/users' },
    permission: 'user-management',
    operation: updateUser,
    body: { isRequired: false, schema: anObject(profileChangesSchema), example: exampleChanges },
    replies: [changed],
    problems: updateProblems,
  }),

  create: declareEndpoint({
    name: 'users.create',
    clause: 'C.3',
    summary: 'creates a user together with a password',
    methods: ['POST'],
    path: '/users',
    permission: 'user-management',
    operation: registerUser,
    body: {
      isRequired: true,
      schema: anObject({ userId: asWritten(userId), password: asWritten(password), ...profileChangesSchema }, [
        'userId',
        'password',
      ]),
      example: {
        userId: 'jsmith',
        password: 'correct horse battery',
        properties: { firstName: 'Jane', lastName: 'Smith', email1: 'jsmith@example.com' },
      },
    },
    replies: [changed],
  }),

  erase: declareEndpoint({
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
      schema: anObject(
        { user_id: asWritten(userId), domain: { type: ['string', 'null'] }, deleteAllRelatedData: { type: 'boolean' } },
        ['user_id'],
      ),
      example: { user_id: 'jsmith', domain: '', deleteAllRelatedData: true },
    },
    replies: [
      {
        summary: 'erased; the user is named as in the request, as `domain\\user` where a domain was given',
        schema: said(successes.erased, { user_id: text }),
        example: { ...successes.erased, user_id: 'jsmith' },
      },
    ],
    problems: erasureProblems,
  }),
});
