import type { Profile, RequestOf, showUser } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import { ProfileStore } from './profile.store.js';
import { viewOf } from './user-view.js';

/** A user for the eyes of people: PIN and answers stay sealed. */
@Injectable()
export class ShowUser {
  constructor(private readonly profiles: ProfileStore) {}

  async run({ realm, userId }: RequestOf<typeof showUser>): Promise<Profile> {
    return viewOf(await this.profiles.loadProfile(realm, userId), undefined);
  }
}
