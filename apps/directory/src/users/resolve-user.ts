import { type ReplyOf, type RequestOf, resolveUser } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ProfileStore } from './profile.store.js';

/** From a user id, or an alias, as people write it to the stable id. */
@Controller()
export class ResolveUser {
  constructor(private readonly profiles: ProfileStore) {}

  @Handles(resolveUser)
  async resolve({ realm, userId: name }: RequestOf<typeof resolveUser>): Promise<ReplyOf<typeof resolveUser>> {
    const { id, userId, state, isGroupMissing } = await this.profiles.loadIdentity(realm, name);
    return { id, userId, state, isGroupMissing };
  }
}
