import { z } from 'zod';
import { mostExportedAtOnce } from '../directory/export.js';
import { importedUser, importOptions, importOutcome, mostImportedAtOnce } from '../directory/import.js';
import { realmName, userId, uuid } from '../names.js';
import { defineOperation } from '../operation.js';

/** The directory's deletion of the id is the one commit point; what a crash leaves behind is swept. */
export const eraseUser = defineOperation({
  subject: 'countersign.v1.authentication.user.erase',
  summary: 'erases a user with all that is kept of them: password, record, groups, personal values in events',
  askedBy: ['gateway', 'operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, userId }),
  reply: z.object({ id: uuid }),
  refusals: ['realm.unknown', 'user.unknown'],
});

/** Longest password hash of another system, as text. */
export const longestPasswordHash = 1024;

/**
 * Formats: see docs/guides/import-users.md. The password is checked against the hash as it came, and hashed our way the
 * first time that it is right.
 */
export const importUsers = defineOperation({
  subject: 'countersign.v1.authentication.user.import',
  summary:
    'creates or updates many users with the password hashes of another system; each succeeds or is refused alone',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({
    realm: realmName,
    users: z
      .array(importedUser.extend({ passwordHash: z.string().max(longestPasswordHash).optional() }))
      .min(1)
      .max(mostImportedAtOnce),
    ...importOptions,
  }),
  /** By position. */
  reply: z.object({ outcomes: z.array(importOutcome) }),
  refusals: ['realm.unknown', 'password.hashing_overloaded'],
});

/** Recorded as an event. */
export const exportPasswords = defineOperation({
  subject: 'countersign.v1.authentication.password.export',
  summary: 'hands out password hashes of some users, and records that it did',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, ids: z.array(uuid).min(1).max(mostExportedAtOnce) }),
  /** Only of ids that have a password in the realm. */
  reply: z.object({ passwords: z.array(z.object({ id: uuid, passwordHash: z.string() })) }),
  refusals: ['realm.unknown', 'key_ring.key_unknown'],
});
