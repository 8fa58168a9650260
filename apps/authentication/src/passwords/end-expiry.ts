import { markUser, Problem, type UserState } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import type { FoundUser } from './find-user.js';

const from: UserState[] = ['password_expired'];

/** A password that was changed or reset is not expired any more. */
@Injectable()
export class EndExpiry {
  constructor(private readonly messenger: Messenger) {}

  /**
   * A user that was disabled or locked since the state was read stays so, and another user that has the name by now is not
   * touched. The new password stands even if the directory cannot be told.
   */
  async end(realm: string, { id, userId, state }: FoundUser, context: AskContext): Promise<void> {
    if (state !== 'password_expired') return;
    await this.messenger
      .ask(markUser, { realm, userId, id, state: 'active', from }, context)
      .catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
      });
  }
}
