import { Problem } from '@countersign/contracts';
import { judgePassword } from '@countersign/hashing';
import type { Realm } from '../realms/realm.js';
import { minimumLengths } from './password.policy.js';

/** Whether a user of the realm may choose this password; `password.refused` names the fault, never the password. */
export async function judgeNewPassword(password: string, realm: Realm, userId: string): Promise<Problem | undefined> {
  const fault = await judgePassword(password, {
    minimumLength: minimumLengths[realm.profile],
    context: [userId, realm.realm],
  });
  return fault === undefined ? undefined : new Problem('password.refused', fault);
}
