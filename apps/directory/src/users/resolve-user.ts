import { resolveUser } from '@countersign/contracts';
import { type AnswerTo, type AskedRequest, answerEach, HandlesTogether } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ProfileStore } from './profile.store.js';

/** From a user id, or an alias, as people write it to the stable id. */
@Controller()
export class ResolveUser {
  constructor(private readonly profiles: ProfileStore) {}

  @HandlesTogether(resolveUser)
  async resolve(requests: readonly AskedRequest<typeof resolveUser>[]): Promise<AnswerTo<typeof resolveUser>[]> {
    const found = await this.profiles.findIdentities(requests.map(({ request }) => request));
    return answerEach(requests, found, ({ id, userId, state, isGroupMissing }) => ({
      id,
      userId,
      state,
      isGroupMissing,
    }));
  }
}
