import { changePassword, Problem, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { type Refused, refuse, type Transaction, UnitOfWork } from '@countersign/persistence';
import type { SealedValue } from '@countersign/sealed-rows';
import { Injectable } from '@nestjs/common';
import type { Realm } from '../realms/realm.js';
import type { PasswordCheck } from './check-password.js';
import { CredentialStore } from './credential.store.js';
import { EndExpiry } from './end-expiry.js';
import type { FoundUser } from './find-user.js';
import { PasswordEvents } from './password-events.js';
import { PasswordSecrets } from './password-secrets.js';

/** What is known once the current password has been checked. */
export interface CheckedChange {
  readonly realm: Realm;
  readonly user: FoundUser;
  readonly check: Exclude<PasswordCheck, { outcome: 'exhausted' }>;
}

/**
 * Decides on a change, once per idempotency key: when a request is repeated after the change, its current password is
 * wrong by then, and the stored answer counts.
 */
@Injectable()
export class ReplacePassword {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly credentials: CredentialStore,
    private readonly secrets: PasswordSecrets,
    private readonly events: PasswordEvents,
    private readonly endExpiry: EndExpiry,
  ) {}

  /** @throws Problem `password.mismatch`, `password.hashing_overloaded` */
  async replace(
    request: RequestOf<typeof changePassword>,
    checked: CheckedChange,
    context: Asked,
  ): Promise<{ id: string }> {
    const { id } = checked.user;
    const hash =
      checked.check.outcome === 'passed'
        ? await this.secrets.make(id, request.newPassword, context.deadlineAt)
        : undefined;
    const decided = this.unitOfWork.once(changePassword, context, request, (tx) =>
      this.decide(tx, checked, hash, context),
    );
    const [outcome] = await Promise.allSettled([decided]);
    if (checked.check.outcome === 'mismatched') await checked.check.conclude(isKept(outcome));
    const reply = await decided;
    await this.endExpiry.end(checked.realm.realm, checked.user, context);
    return reply;
  }

  /** One conditional update decides: a faster reset or change has made the checked password a wrong one. */
  private async decide(
    tx: Transaction,
    { realm, user, check }: CheckedChange,
    hash: SealedValue | undefined,
    by: Asked,
  ): Promise<{ id: string } | Refused> {
    const subject = { id: user.id, realm, by };
    if (check.outcome === 'mismatched' || hash === undefined) {
      const failures = check.outcome === 'mismatched' ? await check.count(tx) : 0;
      await this.events.mismatched(tx, subject, failures);
      return refuse(new Problem('password.mismatch'));
    }
    if (!(await this.credentials.change(tx, user.id, check.version, hash))) {
      return refuse(new Problem('password.mismatch', 'the password was changed meanwhile'));
    }
    await this.events.set(tx, subject, 'changed');
    return { id: user.id };
  }
}

/** Whether a stored answer came back. A store that failed, or a key that is used for another guess, gives none. */
function isKept(outcome: PromiseSettledResult<unknown>): boolean {
  if (outcome.status === 'fulfilled') return true;
  return outcome.reason instanceof Problem && outcome.reason.code === 'password.mismatch';
}
