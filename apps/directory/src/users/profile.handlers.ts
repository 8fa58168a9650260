import { type Profile, type ReplyOf, type RequestOf, resolveUser, showProfile, showUser } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ResolveUser } from './resolve-user.js';
import { ShowProfile } from './show-profile.js';
import { ShowUser } from './show-user.js';

@Controller()
export class ProfileHandlers {
  constructor(
    private readonly showUser: ShowUser,
    private readonly showProfile: ShowProfile,
    private readonly resolveUser: ResolveUser,
  ) {}

  @Handles(showUser)
  show(request: RequestOf<typeof showUser>): Promise<Profile> {
    return this.showUser.run(request);
  }

  @Handles(showProfile)
  profile(request: RequestOf<typeof showProfile>): Promise<Profile> {
    return this.showProfile.run(request);
  }

  @Handles(resolveUser)
  resolve(request: RequestOf<typeof resolveUser>): Promise<ReplyOf<typeof resolveUser>> {
    return this.resolveUser.run(request);
  }
}
