import { addMembers, groupName, userId } from '@countersign/contracts';
import { z } from 'zod';
import { exactly, fixed, text } from '../../description/json-schema.js';
import type { ReplyFacts } from '../../exchange/endpoint.js';
import { MalformedRequest } from '../../http/malformed-request.js';
import { type AnswerText, associationAnswers, associationErrors, successes } from './answer-texts.js';
import { associate, type MembershipCall, namesOf } from './associations.js';
import { declareEndpoint } from './declare-endpoint.js';
import { bodyDomain, named, namedUser } from './named-user.js';

const added: ReplyFacts = { summary: 'associated', schema: fixed(successes.associated), example: successes.associated };

function negative(summary: string, { status, message }: AnswerText): ReplyFacts {
  return { summary, schema: fixed({ status, message }), example: { status, message } };
}
const notAdded = negative(
  'there is no such user or no such group, or the user is in as many groups as one may be',
  associationAnswers.failed,
);
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
    example: writeFailures(subject, failed),
  };
}

const groupNames = 'a group is named plainly or, where the realm shows groups so, as `CN=<name>,<suffix of the realm>`';
const partial = 'each association is made or fails alone; a name that is listed twice counts once';

const addGroup = declareEndpoint({
  name: 'users.add-group',
  clause: 'C.5',
  summary: 'puts a user into a group',
  notes: [groupNames, 'a user who is already a member stays one'],
  methods: ['POST'],
  path: '/users/{userId}/groups/{group}',
  permission: 'group-association',
  operation: addMembers,
  replies: [added, notAdded, unsupported],
  handle: addOne,
});

const addGroups = declareEndpoint({
  name: 'users.add-groups',
  clause: 'C.5',
  summary: 'puts a user into groups',
  notes: [groupNames, partial],
  methods: ['POST'],
  path: '/users/{userId}/groups',
  byQuery: { methods: ['POST'], path: '/users/groups' },
  permission: 'group-association',
  operation: addMembers,
  body: {
    isRequired: true,
    schema: z.object({ groupNames: namesOf(groupName) }),
    example: { groupNames: ['SharePoint Visitors', 'SharePoint Developers'] },
  },
  replies: [added, someNotAdded('jdoe', ['SharePoint Visitors', 'SharePoint Developers']), unsupported],

  async handle(call) {
    if (!call.application.settings.supportsGroups) return writeText(associationAnswers.unsupported);
    const { userId: user, shown } = namedUser(call);
    const failed = await associate(call, [user], call.body().groupNames);
    return writeAssociations(shown, failed.groups);
  },
});

const addUser = declareEndpoint({
  name: 'groups.add-user',
  clause: 'C.5',
  summary: 'puts a user into a group',
  notes: [groupNames, 'a user who is already a member stays one'],
  methods: ['POST'],
  path: '/groups/{group}/users/{userId}',
  byQuery: { methods: ['POST'], path: '/groups/{group}/users' },
  permission: 'group-association',
  operation: addMembers,
  replies: [added, notAdded, unsupported],
  handle: addOne,
});

const addUsers = declareEndpoint({
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
    schema: z.object({ userIds: namesOf(userId), domain: bodyDomain }),
    example: { userIds: ['jdoe', 'jsmith'] },
  },
  replies: [added, someNotAdded('SharePoint Visitors', ['jsmith']), unsupported],

  async handle(call) {
    if (!call.application.settings.supportsGroups) return writeText(associationAnswers.unsupported);
    const group = groupOf(call);
    const { userIds, domain } = call.body();
    const { settings } = call.application;
    const users = userIds.map((userId) => named(settings, userId, domain).userId);
    const failed = new Set((await associate(call, users, [group])).users);
    return writeAssociations(
      group,
      userIds.filter((_userId, index) => failed.has(users[index] ?? '')),
    );
  },
});

/** One user and one group, both named by the URL. */
async function addOne(call: MembershipCall): Promise<object> {
  if (!call.application.settings.supportsGroups) return writeText(associationAnswers.unsupported);
  // The query is not signed: beside a list of users, which is signed, it must not put another user into the group.
  if (call.form === 'by-query' && Object.hasOwn(call.json(), 'userIds')) {
    throw new MalformedRequest('both username and userIds name users');
  }
  const failed = await associate(call, [namedUser(call).userId], [groupOf(call)]);
  const hasFailed = failed.users.length + failed.groups.length > 0;
  return hasFailed ? writeText(associationAnswers.failed) : successes.associated;
}

/** The group that a path names, as it is written there. */
function groupOf({ params }: Pick<MembershipCall, 'params'>): string {
  const { group } = params;
  if (group === undefined) throw new Error('the path names no group');
  return group;
}

/** C.5's body for many associations: `failed` is what of the list could not be associated. */
function writeAssociations(subject: string, failed: readonly string[]): object {
  return failed.length === 0 ? successes.associated : writeFailures(subject, failed);
}

/** In the guide's order. @param subject the user or group that the URL names */
function writeFailures(subject: string, failed: readonly string[]): object {
  return { failures: { [subject]: failed }, ...associationErrors(failed.length) };
}

function writeText({ status, message }: AnswerText): object {
  return { status, message };
}

/** secureauth C.5. */
export const groupEndpoints = Object.freeze({ addGroup, addGroups, addUser, addUsers });
