import { z } from 'zod';
import { nextPage, page, realmName, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import { userStates, userValues } from '../user.js';

/** A page may end before `limit` where its users are large. */
export const exportUsers = defineOperation({
  subject: 'countersign.v1.directory.user.export',
  summary: 'hands out whole users by user id, without PIN and answers',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({ realm: realmName, ...page }),
  reply: z.object({
    users: z.array(
      z.object({
        id: uuid,
        userId: z.string(),
        state: z.enum(userStates),
        ...userValues,
        /** `exportSecrets` has the answers. */
        questions: z.record(z.string(), z.string()),
      }),
    ),
    /** Users of this page, by user id too, that are larger than a message: they are not among `users`. */
    tooLarge: z.array(z.object({ id: uuid, userId: z.string() })).optional(),
    ...nextPage,
  }),
  refusals: ['realm.unknown'],
});

/** Ids in one request for secrets or passwords. */
export const mostExportedAtOnce = 200;

/** Recorded as an event. In `strict` realms there are none in clear, and the list is empty. */
export const exportSecrets = defineOperation({
  subject: 'countersign.v1.directory.secret.export',
  summary: 'hands out PIN and answers of some users, in clear, and records that it did',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, ids: z.array(uuid).min(1).max(mostExportedAtOnce) }),
  /** Only of ids that are users of the realm and have some; answers by the key of the question. */
  reply: z.object({
    secrets: z.array(z.object({ id: uuid, pin: z.string().optional(), answers: z.record(z.string(), z.string()) })),
    /** The last of the ids, for which there was no room: nothing of theirs was handed out, they are to be asked for again. */
    remaining: z.array(uuid).optional(),
  }),
  refusals: ['realm.unknown', 'key_ring.key_unknown'],
});
