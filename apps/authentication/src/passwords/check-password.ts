import { markUser, Problem, type UserState } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import { AttemptStore, type OpenAttempt } from './attempt.store.js';
import { type Credential, CredentialStore } from './credential.store.js';
import { FindUser, type FoundUser } from './find-user.js';
import { attemptEnded, Mismatch } from './mismatch.js';
import { failureLimit, isBarred } from './password.policy.js';
import { PasswordSecrets } from './password-secrets.js';

/** `exhausted`: too many failures; nothing was checked. */
export type PasswordCheck =
  | { readonly outcome: 'passed'; readonly version: number }
  | Mismatch
  | { readonly outcome: 'exhausted' };

/** States in which failures lock a user. What an operator has decided meanwhile stands. */
const lockable: UserState[] = ['active', 'password_expired'];

/**
 * Checks the password of a user. {@link AttemptStore} bounds how many are checked at once, {@link Mismatch} counts those
 * that are wrong: at the limit the user is locked, and no password is checked any more.
 */
@Injectable()
export class CheckPassword {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly attempts: AttemptStore,
    private readonly secrets: PasswordSecrets,
    private readonly findUser: FindUser,
    private readonly messenger: Messenger,
  ) {}

  /**
   * The caller counts a {@link Mismatch}.
   * @throws Problem `password.hashing_overloaded`: not checked, and not counted
   */
  async check(realm: string, user: FoundUser, password: string, context: AskContext): Promise<PasswordCheck> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const attempt = await this.attempts.begin(user.id, context.deadlineAt);
      if (attempt !== undefined) return this.judge(realm, user, attempt, password, context);
      const found = await this.credentials.find(user.id);
      if (found === undefined) {
        // a user without a password costs what a user with one costs (G11)
        await this.secrets.checkNothing(password, context.deadlineAt);
        return new Mismatch(this.attempts);
      }
      const isExhausted = found.consecutiveFailures >= failureLimit;
      if (isExhausted && !(await this.endsLock(realm, user, found, context))) return { outcome: 'exhausted' };
    }
    throw new Problem('password.hashing_overloaded', 'no more passwords of this user may be checked at once');
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
    attempt: OpenAttempt,
    password: string,
    context: AskContext,
  ): Promise<PasswordCheck> {
    if (!(await this.verify(attempt, password, context))) {
      return new Mismatch(this.attempts, attempt, () => this.lock(realm, user, context));
    }
    const ending = await this.attempts.pass(attempt);
    if (ending === 'ended') throw attemptEnded();
    if (ending === 'deleted') return new Mismatch(this.attempts);
    return { outcome: 'passed', version: attempt.credential.version };
  }

  private async verify(attempt: OpenAttempt, password: string, { deadlineAt }: AskContext): Promise<boolean> {
    const { id, credential } = attempt;
    const { version, sealedPasswordHash } = credential;
    try {
      const { holds, isOutdated } = await this.secrets.check(id, password, sealedPasswordHash, deadlineAt);
      if (isOutdated) await this.rehash(id, version, password, deadlineAt);
      return holds;
    } catch (error) {
      await this.attempts.withdraw(attempt);
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
   * mark was read, and only the lock of that mark ends: an older answer does not undo a new lock.
   */
  private async endsLock(
    realm: string,
    user: FoundUser,
    { lockedAt }: Credential,
    context: AskContext,
  ): Promise<boolean> {
    if (lockedAt === null) {
      await this.lock(realm, user, context);
      return false;
    }
    const now = await this.findUser.find({ realm, userId: user.userId }, context);
    if (now === undefined || now.id !== user.id || isBarred(now)) return false;
    await this.attempts.forgetLock(user.id, lockedAt);
    return true;
  }

  /**
   * The count alone refuses. If the directory cannot mark the user as locked now, the next attempt tries again. The id
   * is sent too: the name may be another user's by now.
   */
  private async lock(realm: string, user: FoundUser, context: AskContext): Promise<void> {
    try {
      const { id, userId } = user;
      const request = { realm, userId, id, state: 'locked', from: lockable } as const;
      const marked = await this.messenger.ask(markUser, request, context);
      if (marked.isMarked && marked.id === id) await this.attempts.noteLocked(user.id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
}

/** The first, and one more once a lock was ended or an attempt under way has ended. */
const MOST_ROUNDS = 2;
