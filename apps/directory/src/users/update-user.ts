import { Problem, type ReplyOf, type RequestOf, type updateUser } from '@countersign/contracts';
import { SETTINGS } from '@countersign/hosting';
import type { Asked } from '@countersign/messaging';
import { BatchLoader } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Inject, Injectable } from '@nestjs/common';
import type { DirectorySettings } from '../settings.js';
import { divide, faultOf, mailAddressesIn } from './profile-changes.policy.js';
import { type AskedUpdate, SaveUpdates } from './save-updates.js';
import { UserSecretKeeper } from './user-secret-keeper.js';

/** Changes properties and questions of a user, all of them or none. Those that wait in one turn share a transaction. */
@Injectable()
export class UpdateUser {
  private readonly batch: BatchLoader<AskedUpdate, ReplyOf<typeof updateUser>>;

  constructor(
    private readonly findRealm: FindRealm,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly saveUpdates: SaveUpdates,
    @Inject(SETTINGS) settings: DirectorySettings,
  ) {
    this.batch = new BatchLoader<AskedUpdate, ReplyOf<typeof updateUser>>({
      read: (updates) => saveUpdates.run(updates),
      maxItems: settings.DIRECTORY_WRITE_BATCH_ITEMS,
      concurrency: settings.DIRECTORY_WRITE_CONCURRENCY,
    });
  }

  /** In a `strict` realm a given PIN or answer always counts as changed: whether it is the old one is not for the caller to learn. */
  async run(request: RequestOf<typeof updateUser>, asked: Asked): Promise<ReplyOf<typeof updateUser>> {
    const fault = faultOf(request);
    if (fault !== undefined) throw new Problem(fault);
    const realm = await this.findRealm.find(request.realm);
    const changes = divide(request);
    // before the transaction: hashing takes longer than any lock should be held
    const guarded = await this.secretKeeper.guard(realm.profile, changes.secrets, asked.deadlineAt);
    const update = { request, asked, realm, changes, guarded };
    return mailAddressesIn(request.properties).length > 0 ? this.saveAlone(update) : this.batch.load(update);
  }

  /** Mail addresses are locked in an order of their own: two batches that change several could wait for each other. */
  private async saveAlone(update: AskedUpdate): Promise<ReplyOf<typeof updateUser>> {
    const [reply] = await this.saveUpdates.run([update]);
    if (reply === undefined) throw new Error('an update was not answered');
    if (reply instanceof Error) throw reply;
    return reply;
  }
}
