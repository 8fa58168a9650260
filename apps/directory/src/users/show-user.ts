import { showProfile, showUser } from '@countersign/contracts';
import { type AnswerTo, type AskedRequest, answerEach, HandlesTogether } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { readableAttributes } from './field-rules.policy.js';
import { ProfileStore } from './profile.store.js';
import { UserSecretKeeper } from './user-secret-keeper.js';
import { profileOf, viewOf } from './user-view.js';

/** Users for people: PIN and answers stay sealed. */
@Controller()
export class ShowUser {
  constructor(private readonly profiles: ProfileStore) {}

  @HandlesTogether(showUser)
  async show(requests: readonly AskedRequest<typeof showUser>[]): Promise<AnswerTo<typeof showUser>[]> {
    const found = await this.profiles.findUsers(requests.map(({ request }) => request));
    return answerEach(requests, found, viewOf);
  }
}

/**
 * Users for applications, with the attributes that they may read. PIN and answers are opened in `compat` realms only
 * (docs/guides/realm-profiles.md).
 */
@Controller()
export class ShowProfile {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly secretKeeper: UserSecretKeeper,
  ) {}

  @HandlesTogether(showProfile)
  async show(requests: readonly AskedRequest<typeof showProfile>[]): Promise<AnswerTo<typeof showProfile>[]> {
    const found = await this.profiles.findProfiles(requests.map(({ request }) => request));
    return answerEach(requests, found, (row) => {
      const isOpen = row.realmProfile === 'compat';
      const secrets = isOpen ? this.secretKeeper.open(row.id, row.sealedSecrets).clear : undefined;
      return { ...profileOf(row, secrets), attributes: readableAttributes(row.attributes, row.rules) };
    });
  }
}
