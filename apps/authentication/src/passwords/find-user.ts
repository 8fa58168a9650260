import { Problem, type ReplyOf, resolveUser } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';

/** Who a user id names, and in which state. */
export type FoundUser = ReplyOf<typeof resolveUser>;

/** From a user id as people write it to the stable id, under which credentials are kept. */
@Injectable()
export class FindUser {
  constructor(private readonly messenger: Messenger) {}

  /** @returns undefined when the directory has no user of that name */
  async find(
    who: { readonly realm: string; readonly userId: string },
    context: AskContext,
  ): Promise<FoundUser | undefined> {
    try {
      return await this.messenger.ask(resolveUser, { realm: who.realm, userId: who.userId }, context);
    } catch (error) {
      if (error instanceof Problem && error.code === 'user.unknown') return undefined;
      throw error;
    }
  }
}
