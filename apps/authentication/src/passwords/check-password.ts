import { markUser, Problem, type UserStatus } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import { type Credential, CredentialStore } from './credential.store.js';
import { FindUser, type FoundUser } from './find-user.js';
import { failureLimit, isBarred } from './password.policy.js';
import { PasswordSecrets } from './password-secrets.js';

/** `exhausted`: too many failures; nothing was checked. */
export type PasswordCheck =
  | { readonly outcome: 'passed'; readonly version: number }
  | { readonly outcome: 'mismatched'; readonly consecutiveFailures: number }
  | { readonly outcome: 'exhausted' };

/** States in which failures lock a user. What an operator has decided meanwhile stands. */
const lockable: UserStatus[] = ['active', 'password_expired'];

/** Checks the password of a user, and counts: at the limit the user is locked, and no password is checked any more. */
@Injectable()
export class CheckPassword {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly secrets: PasswordSecrets,
    private readonly findUser: FindUser,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem `password.hashing_overloaded`: not checked and not counted */
  async check(realm: string, user: FoundUser, password: string, context: AskContext): Promise<PasswordCheck> {
    const attempt = await this.credentials.beginAttempt(user.id, failureLimit);
    if (attempt !== undefined) return this.judge(realm, user, attempt, password, context);
    const found = await this.credentials.find(user.id);
    if (found === undefined) {
      // a user without a password costs what a user with one costs (G11)
      await this.secrets.checkNothing(password, context.deadlineAt);
      return { outcome: 'mismatched', consecutiveFailures: 0 };
    }
    if (!(await this.isUnlocked(realm, user, found, context))) return { outcome: 'exhausted' };
    await this.credentials.forgetFailures(user.id);
    return this.check(realm, user, password, context);
  }

  /**
   * Does the work of a check against the stored hash, perhaps another system's, and discards the result: for users that
   * no password lets in, and that must not be told apart by time (G11).
   * @throws Problem `password.hashing_overloaded`
   */
  async discard(id: string, password: string, { deadlineAt }: AskContext): Promise<void> {
    const found = await this.credentials.find(id);
    await this.secrets.check(id, password, found?.sealedPasswordHash, deadlineAt);
  }

  private async judge(
    realm: string,
    user: FoundUser,
    attempt: Credential,
    password: string,
    context: AskContext,
  ): Promise<PasswordCheck> {
    if (!(await this.verify(user.id, attempt, password, context))) {
      if (attempt.consecutiveFailures >= failureLimit) await this.lock(realm, user, context);
      return { outcome: 'mismatched', consecutiveFailures: attempt.consecutiveFailures };
    }
    await this.credentials.forgetFailures(user.id);
    return { outcome: 'passed', version: attempt.version };
  }

  private async verify(
    id: string,
    { version, sealedPasswordHash }: Credential,
    password: string,
    { deadlineAt }: AskContext,
  ): Promise<boolean> {
    try {
      const { holds, isOutdated } = await this.secrets.check(id, password, sealedPasswordHash, deadlineAt);
      if (isOutdated) await this.rehash(id, version, password, deadlineAt);
      return holds;
    } catch (error) {
      await this.credentials.withdrawAttempt(id);
      throw error;
    }
  }

  /**
   * Replaces another system's hash, or one of ours made with older parameters, while the password is at hand. No
   * request is refused because this fails.
   */
  private async rehash(id: string, version: number, password: string, deadlineAt: number): Promise<void> {
    try {
      await this.credentials.replaceHash(id, version, await this.secrets.make(id, password, deadlineAt));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /**
   * A user that was locked and may use a password again was unlocked by an operator. The state is asked for after the
   * mark was read: an older answer would undo a new lock.
   */
  private async isUnlocked(realm: string, user: FoundUser, found: Credential, context: AskContext): Promise<boolean> {
    if (found.consecutiveFailures < failureLimit) return true;
    if (found.lockedAt === null) {
      await this.lock(realm, user, context);
      return false;
    }
    const now = await this.findUser.find({ realm, userId: user.userId }, context);
    return now !== undefined && now.id === user.id && !isBarred(now.state);
  }

  /**
   * The count alone refuses. If the directory cannot mark the user as locked now, the next attempt tries again. The id
   * is sent too: the name may be another user's by now.
   */
  private async lock(realm: string, user: FoundUser, context: AskContext): Promise<void> {
    try {
      const { id, userId } = user;
      const request = { realm, userId, id, status: 'locked', from: lockable } as const;
      const marked = await this.messenger.ask(markUser, request, context);
      if (marked.isMarked && marked.id === id) await this.credentials.noteLocked(user.id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
}
