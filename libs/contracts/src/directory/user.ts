import { z } from 'zod';
import { longestName, nextPage, page, realmName, text, userId, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import {
  aliases,
  profile,
  questionAndAnswer,
  questionKey,
  user,
  userChanges,
  userStates,
  userValues,
} from '../user.js';

const who = { realm: realmName, userId };

/** PIN and answers are left out: this is for people, not for the dialect that must show them. */
export const showUser = defineOperation({
  subject: 'countersign.v1.directory.user.show',
  summary: 'shows a user, without PIN and answers',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object(who),
  reply: user,
  refusals: ['realm.unknown', 'user.unknown'],
});

/** The whole profile; in `compat` realms with PIN and answers in clear, in `strict` realms without. */
export const showProfile = defineOperation({
  subject: 'countersign.v1.directory.user.profile',
  summary: 'a user with what applications may read, PIN and answers included where the realm shows them',
  askedBy: ['gateway'],
  effect: 'none',
  request: z.object(who),
  reply: profile,
  refusals: ['realm.unknown', 'user.unknown', 'key_ring.key_unknown'],
});

/** Outside the directory a person is only ever the id that this answers. */
export const resolveUser = defineOperation({
  subject: 'countersign.v1.directory.user.resolve',
  summary: 'from a user id as people write it to the stable id',
  askedBy: ['authentication', 'operator'],
  effect: 'none',
  request: z.object(who),
  reply: user.pick({ id: true, userId: true, state: true, isGroupMissing: true }),
  refusals: ['realm.unknown', 'user.unknown'],
});

/** Why a user cannot be created. */
export const creationRefusals = [
  'realm.unknown',
  'user.exists',
  'user.id_invalid',
  'user.email_invalid',
  'user.email_exists',
  'user.property_invalid',
  'user.property_read_only',
  'user.withdrawn',
  'password.hashing_overloaded',
] as const;

/** The one commit point of a registration: the insert of `id`. */
export const createUser = defineOperation({
  subject: 'countersign.v1.directory.user.create',
  summary: 'inserts a user under an id that authentication has reserved',
  askedBy: ['authentication'],
  effect: 'changes',
  request: z.object({ id: uuid, ...who, ...userChanges }),
  reply: z.object({ id: uuid }),
  refusals: creationRefusals,
});

/**
 * Settles reservations: an id that is not a user now never becomes one, also not by a creation that is still on its
 * way. Creation and withdrawal of an id meet at one unique key.
 */
export const withdrawUserIds = defineOperation({
  subject: 'countersign.v1.directory.user.withdraw',
  summary: 'makes sure that ids which are not users never become users',
  askedBy: ['authentication'],
  effect: 'changes',
  request: z.object({ ids: z.array(uuid).min(1).max(500) }),
  reply: z.object({ existing: z.array(uuid) }),
  refusals: [],
});

export const updateUser = defineOperation({
  subject: 'countersign.v1.directory.user.update',
  summary: 'changes fields of a user, all of them or none; an empty text clears',
  askedBy: ['gateway', 'operator'],
  effect: 'changes',
  /** Only an operator gives aliases. */
  request: z.object({ ...who, ...userChanges, aliases: aliases.optional() }),
  reply: z.object({ id: uuid }),
  refusals: [
    'realm.unknown',
    'user.unknown',
    'user.email_invalid',
    'user.email_exists',
    'user.property_invalid',
    'user.property_read_only',
    'user.exists',
    'user.id_invalid',
    'password.hashing_overloaded',
    'key_ring.key_unknown',
  ],
});

/**
 * A caller that acts on a state which it read before names that state in `from`, and the user in `id`. So what an
 * operator has decided since is not undone, and another user who has the name by now is not touched. An operator names
 * neither.
 */
export const markUser = defineOperation({
  subject: 'countersign.v1.directory.user.mark',
  summary: 'sets the state of a user; with `id`, only of this one; with `from`, only while the user has one of these',
  askedBy: ['authentication', 'operator'],
  effect: 'changes',
  request: z.object({
    ...who,
    id: uuid.optional(),
    state: z.enum(userStates),
    reason: text(500).optional(),
    from: z.array(z.enum(userStates)).min(1).optional(),
  }),
  /** `id` is that of the user who has the name. `isMarked`: this user has the state now. */
  reply: z.object({ id: uuid, isMarked: z.boolean().optional() }),
  refusals: ['realm.unknown', 'user.unknown'],
});

/**
 * Compares what a claimant gave with the user's PIN or with one of the answers. For a user
 * that does not exist, or has no such secret, nothing is right, and the check takes as long.
 * Counting wrong ones, and locking, is for the asker.
 */
export const checkSecret = defineOperation({
  subject: 'countersign.v1.directory.secret.check',
  summary: 'says whether a PIN or the answer to a question is right',
  askedBy: ['factors'],
  effect: 'none',
  request: z.object({
    realm: realmName,
    id: uuid,
    secret: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('pin') }),
      z.object({ kind: z.literal('answer'), question: questionKey }),
    ]),
    given: questionAndAnswer.shape.answer,
  }),
  reply: z.object({ isRight: z.boolean() }),
  refusals: ['realm.unknown', 'password.hashing_overloaded', 'key_ring.key_unknown'],
});

/** The person stays the same: id, password, groups. From then on another user can have the old user id. */
export const renameUser = defineOperation({
  subject: 'countersign.v1.directory.user.rename',
  summary: 'gives a user another user id',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ ...who, newUserId: userId }),
  reply: z.object({ id: uuid }),
  refusals: ['realm.unknown', 'user.unknown', 'user.exists', 'user.id_invalid'],
});

/**
 * Asked with the id that authentication has resolved: another user may meanwhile have the name. Asked again for an
 * erased user it answers the same.
 */
export const eraseUserRecord = defineOperation({
  subject: 'countersign.v1.directory.user.erase',
  summary: 'erases a user: the record, groups, and personal values in events that are kept here',
  askedBy: ['authentication'],
  effect: 'changes',
  request: z.object({ realm: realmName, id: uuid }),
  reply: z.object({ id: uuid }),
  refusals: ['realm.unknown', 'user.unknown'],
});

/** Orders in which users are listed, and the fields that a prefix is compared with. */
export const userOrders = Object.freeze(['userId', 'email', 'familyName'] as const);

/** A page may end before `limit` where its users are large. */
export const listUsers = defineOperation({
  subject: 'countersign.v1.directory.user.list',
  summary: 'lists users by user id, or finds those whose user id, mail address or family name begins so',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({
    realm: realmName,
    by: z.enum(userOrders).default('userId'),
    prefix: text(longestName).optional(),
    /** Only with `by: 'userId'`. */
    state: z.enum(userStates).optional(),
    ...page,
  }),
  reply: z.object({
    users: z.array(
      z.object({
        id: uuid,
        userId: z.string(),
        state: z.enum(userStates),
        name: userValues.name,
        /** The first one. */
        email: z.string().optional(),
        createdAt: z.iso.datetime(),
      }),
    ),
    ...nextPage,
  }),
  refusals: ['realm.unknown'],
});

export const countUsers = defineOperation({
  subject: 'countersign.v1.directory.user.count',
  summary: 'counts the users of a realm',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({ realm: realmName }),
  reply: z.object({ users: z.int() }),
  refusals: ['realm.unknown'],
});
