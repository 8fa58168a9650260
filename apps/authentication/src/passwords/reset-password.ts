import { Problem, type RequestOf, resetPassword } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import { EndExpiry } from './end-expiry.js';
import { FindUser, type FoundUser } from './find-user.js';
import { judgeNewPassword } from './judge-new-password.js';
import { stateProblem } from './password.policy.js';
import { SetPassword } from './set-password.js';

/**
 * An administrator gives a user a new password. This ends `password_expired`; a locked user stays locked. In `strict`
 * realms administrators may not choose passwords.
 */
@Controller()
export class ResetPassword {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly findUser: FindUser,
    private readonly unitOfWork: UnitOfWork,
    private readonly setPassword: SetPassword,
    private readonly endExpiry: EndExpiry,
  ) {}

  /** @throws Problem as {@link resetPassword} lists them */
  @Handles(resetPassword)
  async reset(request: RequestOf<typeof resetPassword>, context: Asked): Promise<{ id: string }> {
    const realm = await this.findRealm.find(request.realm);
    if (realm.profile === 'strict') throw new Problem('password.choice_refused');
    const user = await this.findUser.find(request, context);
    if (user === undefined || (user.state === 'deleted' && context.actor.kind !== 'operator'))
      throw new Problem('user.unknown');
    const standing = isResettable(user) ? { ...user, state: 'active' as const } : user;
    const problem = request.reportAccountState ? stateProblem(standing) : undefined;
    if (problem !== undefined) throw new Problem(problem);
    const refusal = await judgeNewPassword(request.password, realm, user.userId);
    if (refusal !== undefined) throw refusal;
    const subject = { id: user.id, realm, by: context };
    const write = await this.setPassword.prepare(subject, request.password, context.deadlineAt);
    const reply = await this.unitOfWork.once(resetPassword, context, request, async (tx) => {
      await write(tx);
      return { id: user.id };
    });
    await this.endExpiry.end(realm.realm, user, context);
    return reply;
  }
}

/** States that a reset ends or ignores: the password has expired, or wrong passwords have locked the user. */
function isResettable({ state }: FoundUser): boolean {
  return state === 'password_expired' || state === 'locked';
}
