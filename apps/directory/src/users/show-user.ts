import { type RequestOf, showProfile, showUser, type User } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { readableAttributes } from './field-rules.policy.js';
import { ProfileStore } from './profile.store.js';
import { UserSecretKeeper } from './user-secret-keeper.js';
import { viewOf } from './user-view.js';

/** A user for people: PIN and answers stay sealed. */
@Controller()
export class ShowUser {
  constructor(private readonly profiles: ProfileStore) {}

  @Handles(showUser)
  async show({ realm, userId }: RequestOf<typeof showUser>): Promise<User> {
    return viewOf(await this.profiles.loadProfile(realm, userId));
  }
}

/**
 * A user for applications, with the attributes that they may read. PIN and answers are opened in `compat` realms only
 * (docs/guides/realm-profiles.md).
 */
@Controller()
export class ShowProfile {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly secretKeeper: UserSecretKeeper,
  ) {}

  @Handles(showProfile)
  async show({ realm, userId }: RequestOf<typeof showProfile>): Promise<User> {
    const row = await this.profiles.loadProfile(realm, userId);
    const isOpen = row.realmProfile === 'compat';
    const secrets = isOpen ? this.secretKeeper.open(row.id, row.sealedSecrets).clear : undefined;
    return { ...viewOf(row, secrets), attributes: readableAttributes(row.attributes, row.rules) };
  }
}
