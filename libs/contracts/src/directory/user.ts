import { z } from 'zod';
import { realmName, userId, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import { profile, profileChanges, userStatuses } from '../profile.js';

const who = { realm: realmName, userId };

/** PIN and answers are left out: this is for eyes, not for the dialect that must show them. */
export const showUser = defineOperation({
  subject: 'countersign.v1.directory.user.show',
  summary: 'shows a user, without PIN and answers',
  askedBy: ['gateway', 'operator'],
  effect: 'none',
  request: z.object(who),
  reply: profile,
  refusals: ['realm.unknown', 'user.unknown'],
});

/** The whole profile; in `compat` realms with PIN and answers in clear, in `strict` realms without. */
export const showProfile = defineOperation({
  subject: 'countersign.v1.directory.user.profile',
  summary: 'the profile as the signed API shows it',
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
  reply: z.object({ id: uuid, userId: z.string(), state: profile.shape.state }),
  refusals: ['realm.unknown', 'user.unknown'],
});

/** The one commit point of a registration: the insert of `id`. */
export const createUser = defineOperation({
  subject: 'countersign.v1.directory.user.create',
  summary: 'inserts a user under an id that authentication has reserved',
  askedBy: ['authentication'],
  effect: 'changes',
  request: z.object({ id: uuid, ...who, ...profileChanges }),
  reply: z.object({ id: uuid }),
  refusals: [
    'realm.unknown',
    'user.exists',
    'user.id_invalid',
    'user.email_invalid',
    'user.email_exists',
    'user.property_invalid',
    'user.withdrawn',
    'password.hashing_overloaded',
  ],
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
  summary: 'changes properties and questions of a user; an empty string clears',
  askedBy: ['gateway', 'operator'],
  effect: 'changes',
  request: z.object({ ...who, ...profileChanges }),
  reply: z.object({ id: uuid }),
  refusals: [
    'realm.unknown',
    'user.unknown',
    'user.email_invalid',
    'user.email_exists',
    'user.property_invalid',
    'user.property_read_only',
    'password.hashing_overloaded',
    'key_ring.key_unknown',
  ],
});

/**
 * Who acts on a status that was read before names it in `from`: what an operator has decided since is not undone. An
 * operator names none.
 */
export const markUser = defineOperation({
  subject: 'countersign.v1.directory.user.mark',
  summary: 'sets the status of a user; with `from`, only while the user has one of these',
  askedBy: ['authentication', 'operator'],
  effect: 'changes',
  request: z.object({ ...who, status: z.enum(userStatuses), from: z.array(z.enum(userStatuses)).min(1).optional() }),
  /** `isMarked`: the user has the status now; else the status was none of `from`, and nothing changed. */
  reply: z.object({ id: uuid, isMarked: z.boolean().optional() }),
  refusals: ['realm.unknown', 'user.unknown'],
});
