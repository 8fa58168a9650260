import { z } from 'zod';
import { creationRefusals } from '../directory/user.js';
import { realmName, userId, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import { userChanges } from '../user.js';

/** Longer than any acceptable password, so that the policy, not the shape, refuses. UTF-16 units. */
export const longestPasswordText = 4096;
const password = z.string().max(longestPasswordText);
/** Whether a state that forbids signing in has a refusal of its own. */
const reportAccountState = z.boolean().default(true);

/**
 * The credential is reserved under a new id first; the directory's insert of that id is the one commit point;
 * reservations without a user are swept.
 */
export const registerUser = defineOperation({
  subject: 'countersign.v1.authentication.user.register',
  summary: 'creates a user together with a password',
  askedBy: ['gateway', 'operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, userId, password, ...userChanges }),
  reply: z.object({ id: uuid }),
  refusals: [...creationRefusals, 'password.refused'],
});

export const resetPassword = defineOperation({
  subject: 'countersign.v1.authentication.password.reset',
  summary: 'an administrator gives a user a new password',
  askedBy: ['gateway', 'operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, userId, password, reportAccountState }),
  reply: z.object({ id: uuid }),
  refusals: [
    'realm.unknown',
    'user.unknown',
    'user.disabled',
    'user.group_missing',
    'password.refused',
    'password.choice_refused',
    'password.hashing_overloaded',
  ],
});

export const changePassword = defineOperation({
  subject: 'countersign.v1.authentication.password.change',
  summary: 'a user who knows the current password chooses a new one',
  askedBy: ['gateway'],
  effect: 'changes',
  request: z.object({ realm: realmName, userId, currentPassword: password, newPassword: password, reportAccountState }),
  reply: z.object({ id: uuid }),
  refusals: [
    'realm.unknown',
    'user.unknown',
    'user.disabled',
    'user.locked',
    'user.group_missing',
    'password.mismatch',
    'password.refused',
    'password.hashing_overloaded',
  ],
});
