import { importUsers, type RequestInput, registerUser } from '@countersign/contracts';
import { ChangePassword } from '../../apps/authentication/src/passwords/change-password.js';
import { ExportPasswords } from '../../apps/authentication/src/passwords/export-passwords.js';
import { ResetPassword } from '../../apps/authentication/src/passwords/reset-password.js';
import { SettleReservations } from '../../apps/authentication/src/passwords/settle-reservations.js';
import { EraseUser } from '../../apps/authentication/src/users/erase-user.js';
import { ImportUsers } from '../../apps/authentication/src/users/import-users.js';
import { RegisterUser } from '../../apps/authentication/src/users/register-user.js';
import { asked } from './open-authentication.js';
import type { SpecService } from './spec-service.js';

export const good = 'correct horse battery staple';
export const better = 'a wholly different phrase, longer';

/** A credential as specs look at it. */
export interface CredentialRow {
  readonly id: string;
  readonly version: number;
  readonly consecutive_failures: number;
  readonly open_attempts: Readonly<Record<string, number>>;
  readonly locked_at: Date | null;
}

type ImportedUser = RequestInput<typeof importUsers>['users'][number];

/** What is asked about people and their passwords, each ask under an idempotency key of its own unless one is given. */
export function peopleOf(spec: SpecService) {
  return {
    register: (realm: string, userId: string, password = good, context = asked()) =>
      spec.get(RegisterUser).register(registerUser.request.parse({ realm, userId, password }), context),
    reset: (realm: string, userId: string, password = better, reportAccountState = true, context = asked()) =>
      spec.get(ResetPassword).reset({ realm, userId, password, reportAccountState }, context),
    change: (realm: string, userId: string, from: string, to = better, options = {}, context = asked()) =>
      spec
        .get(ChangePassword)
        .change(
          { realm, userId, currentPassword: from, newPassword: to, reportAccountState: true, ...options },
          context,
        ),
    erase: (realm: string, userId: string, context = asked()) => spec.get(EraseUser).erase({ realm, userId }, context),
    importUsers: (realm: string, users: readonly ImportedUser[], options = {}, context = asked()) =>
      spec.get(ImportUsers).import(importUsers.request.parse({ realm, users, ...options }), context),
    exportPasswords: (realm: string, ids: string[]) => spec.get(ExportPasswords).export({ realm, ids }, asked()),
    credentials: (id: string) =>
      spec.sql<CredentialRow>(
        'select id, version, consecutive_failures, open_attempts, locked_at from credential where id = $1',
        [id],
      ),
    /** How many credentials there are, and how many reservations are open. */
    kept: () => Promise.all([spec.count('credential'), spec.count('reservation')]),
    /** What the sweep does two minutes later. */
    sweep: async () => {
      await spec.sql(`update reservation set reserved_at = reserved_at - interval '1 hour'`);
      return spec.get(SettleReservations).sweep();
    },
  };
}
