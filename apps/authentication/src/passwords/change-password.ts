import { changePassword, Problem, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import type { Realm } from '../realms/realm.js';
import { CheckPassword } from './check-password.js';
import { FindUser, type FoundUser } from './find-user.js';
import { judgeNewPassword } from './judge-new-password.js';
import { isBarred, stateProblem } from './password.policy.js';
import { PasswordSecrets } from './password-secrets.js';
import { ReplacePassword } from './replace-password.js';

type Request = RequestOf<typeof changePassword>;

/** A user that knows the current password chooses a new one. A wrong current password changes nothing. */
@Controller()
export class ChangePassword {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly findUser: FindUser,
    private readonly secrets: PasswordSecrets,
    private readonly checkPassword: CheckPassword,
    private readonly replacePassword: ReplacePassword,
  ) {}

  /** @throws Problem as {@link changePassword} lists them */
  @Handles(changePassword)
  async change(request: Request, context: Asked): Promise<{ id: string }> {
    const realm = await this.findRealm.find(request.realm);
    const user = await this.findUser.find(request, context);
    const refusal = await judgeNewPassword(request.newPassword, realm, user?.userId ?? request.userId);
    if (user === undefined || user.state === 'deleted') return this.refuseUnknown(request, refusal, context);
    if (request.reportAccountState) reportState(user);
    if (refusal !== undefined) throw refusal;
    if (isBarred(user)) return this.refuseBarred(request, user, context);
    return this.check(request, realm, user, context);
  }

  private async check(request: Request, realm: Realm, user: FoundUser, context: Asked): Promise<{ id: string }> {
    const check = await this.checkPassword.check(realm.realm, user, request.currentPassword, context);
    if (check.outcome === 'exhausted') {
      if (request.reportAccountState) throw new Problem('user.locked');
      return this.refuseBarred(request, user, context);
    }
    return this.replacePassword.replace(request, { realm, user, check }, context);
  }

  /** Does as much hash work as for a user that exists (G11). */
  private async refuseUnknown(request: Request, refusal: Problem | undefined, { deadlineAt }: Asked): Promise<never> {
    if (refusal === undefined) await this.secrets.checkNothing(request.currentPassword, deadlineAt);
    throw new Problem('user.unknown');
  }

  /** The state is not reported: the answer and the work are those of a wrong password. */
  private async refuseBarred(request: Request, { id }: FoundUser, context: Asked): Promise<never> {
    await this.checkPassword.discard(id, request.currentPassword, context);
    throw new Problem('password.mismatch');
  }
}

function reportState(user: FoundUser): void {
  const problem = stateProblem(user);
  if (problem !== undefined && problem !== 'user.password_expired') throw new Problem(problem);
}
