import type { Profile, RequestOf, showProfile } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import { ProfileStore } from './profile.store.js';
import { UserSecretKeeper } from './user-secret-keeper.js';
import { viewOf } from './user-view.js';

/** The whole profile. PIN and answers are opened in `compat` realms only (docs/guides/realm-profiles.md). */
@Injectable()
export class ShowProfile {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly secretKeeper: UserSecretKeeper,
  ) {}

  async run({ realm, userId }: RequestOf<typeof showProfile>): Promise<Profile> {
    const row = await this.profiles.loadProfile(realm, userId);
    if (row.realm_profile !== 'compat') return viewOf(row, undefined);
    return viewOf(row, this.secretKeeper.open(row.id, row.sealed_secrets).clear);
  }
}
