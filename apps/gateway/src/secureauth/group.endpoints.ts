import { addMembers, groupName, mostAssociations, userId } from '@countersign/contracts';
import { associationAnswers, associationErrors, associationProblems, type Saying, successes } from './contract.js';
import { declareEndpoint, type JsonSchema, type ReplyFacts } from './endpoint.js';
import { anObject, asWritten, exactly, said, text } from './json-schema.js';

const added: ReplyFacts = { summary: 'associated', schema: said(successes.associated), example: successes.associated };

function negative(summary: string, { status, message }: Saying): ReplyFacts {
  return { summary, schema: said({ status, message }), example: { status, message } };
}
const notAdded = negative('there is no such user or no such group', associationAnswers.failed);
const unsupported = negative('the realm does not support groups', associationAnswers.unsupported);

/** `subject` is what the URL names, `failed` what of the list was not associated; the rest was. */
function someNotAdded(subject: string, failed: readonly string[]): ReplyFacts {
  return {
    summary: 'those listed were not associated, all others were',
    schema: exactly({
      failures: {
        type: 'object',
        additionalProperties: { type: 'array', items: text, minItems: 1 },
        minProperties: 1,
        maxProperties: 1,
      },
      status: { const: 'failed' },
      message: { type: 'string', pattern: '^There were [1-9][0-9]* association errors\\.$' },
    }),
    example: { failures: { [subject]: failed }, ...associationErrors(failed.length) },
  };
}

const namesLike = (name: typeof userId): JsonSchema => ({
  type: 'array',
  items: asWritten(name),
  minItems: 1,
  maxItems: mostAssociations,
});
const groupNames = 'a group is named plainly or, where the realm shows groups so, as `CN=<name>,<suffix of the realm>`';
const partial = 'each association is made or fails alone; a name that is listed twice counts once';

/** secureauth C.5. */
export const groupEndpoints = Object.freeze({
  addGroup: declareEndpoint({
    name: 'users.add-group',
    clause: 'C.5',
    summary: 'puts a user into a group',
    notes: [groupNames, 'who is in it already stays in it'],
    methods: ['POST'],
    path: '/users/{userId}/groups/{group}',
    permission: 'group-association',
    operation: addMembers,
    replies: [added, notAdded, unsupported],
    problems: associationProblems,
  }),

  addGroups: declareEndpoint({
    name: 'users.add-groups',
    clause: 'C.5',
    summary: 'puts a user into groups',
    notes: [groupNames, partial],
    methods: ['POST'],
    path: '/users/{userId}/groups',
    twin: { methods: ['POST'], path: '/users/groups' },
    permission: 'group-association',
    operation: addMembers,
    body: {
      isRequired: true,
      schema: anObject({ groupNames: namesLike(groupName) }, ['groupNames']),
      example: { groupNames: ['SharePoint Visitors', 'SharePoint Developers'] },
    },
    replies: [added, someNotAdded('jdoe', ['SharePoint Visitors', 'SharePoint Developers']), unsupported],
  }),

  addUser: declareEndpoint({
    name: 'groups.add-user',
    clause: 'C.5',
    summary: 'puts a user into a group',
    notes: [groupNames, 'who is in it already stays in it'],
    methods: ['POST'],
    path: '/groups/{group}/users/{userId}',
    twin: { methods: ['POST'], path: '/groups/{group}/users' },
    permission: 'group-association',
    operation: addMembers,
    replies: [added, notAdded, unsupported],
    problems: associationProblems,
  }),

  addUsers: declareEndpoint({
    name: 'groups.add-users',
    clause: 'C.5',
    summary: 'puts users into a group',
    notes: [groupNames, partial],
    methods: ['POST'],
    path: '/groups/{group}/users',
    permission: 'group-association',
    operation: addMembers,
    body: {
      isRequired: true,
      schema: anObject({ userIds: namesLike(userId) }, ['userIds']),
      example: { userIds: ['jdoe', 'jsmith'] },
    },
    replies: [added, someNotAdded('SharePoint Visitors', ['jsmith']), unsupported],
  }),
});
