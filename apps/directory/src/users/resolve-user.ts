import type { ReplyOf, RequestOf, resolveUser } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import { ProfileStore } from './profile.store.js';
import { stateOf } from './user-view.js';

/** From a user id as people write it to the stable id. */
@Injectable()
export class ResolveUser {
  constructor(private readonly profiles: ProfileStore) {}

  async run({ realm, userId }: RequestOf<typeof resolveUser>): Promise<ReplyOf<typeof resolveUser>> {
    const row = await this.profiles.loadIdentity(realm, userId);
    return { id: row.id, userId: row.user_id, state: stateOf(row) };
  }
}
