import { Problem, type ReplyOf, type RequestOf, updateUser } from '@countersign/contracts';
import { SETTINGS } from '@countersign/hosting';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { BatchLoader } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Controller, Inject } from '@nestjs/common';
import { aliasesOf, unacceptableAlias } from '../names/aliases.policy.js';
import type { DirectorySettings } from '../settings.js';
import { type AskedUpdate, SaveUpdates } from './save-updates.js';
import { divide, faultOf } from './user-changes.policy.js';
import { UserSecretKeeper } from './user-secret-keeper.js';

type Request = RequestOf<typeof updateUser>;
type Reply = ReplyOf<typeof updateUser>;

/** Changes fields of a user, all of them or none. Those that wait in one turn share a transaction. */
@Controller()
export class UpdateUser {
  private readonly batch: BatchLoader<AskedUpdate, Reply>;

  constructor(
    private readonly findRealm: FindRealm,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly saveUpdates: SaveUpdates,
    @Inject(SETTINGS) settings: DirectorySettings,
  ) {
    this.batch = new BatchLoader<AskedUpdate, Reply>({
      read: (updates) => saveUpdates.save(updates),
      maxItems: settings.DIRECTORY_WRITE_BATCH_ITEMS,
      concurrency: settings.DIRECTORY_WRITE_CONCURRENCY,
    });
  }

  /** In a `strict` realm a given PIN or answer always counts as changed: whether it is the old one is not for the caller to learn. */
  @Handles(updateUser)
  async update(request: Request, asked: Asked): Promise<Reply> {
    const fault = faultOf(request);
    if (fault !== undefined) throw new Problem(fault.code, fault.detail);
    const aliases = request.aliases && aliasesOf(request.aliases);
    const wrong = aliases && unacceptableAlias(aliases);
    if (wrong !== undefined) throw new Problem('user.id_invalid', `alias ${wrong} is not acceptable`);
    const realm = await this.findRealm.find(request.realm);
    const changes = divide(request);
    // before the transaction: hashing takes longer than any lock should be held
    const guarded = await this.secretKeeper.guard(realm.profile, changes.secrets, asked.deadlineAt);
    const update = { request, asked, realm, changes, guarded, aliases };
    const isAlone = request.emails.length > 0 || aliases !== undefined;
    return isAlone ? this.saveAlone(update) : this.batch.load(update);
  }

  /**
   * Mail addresses and aliases are locked in orders of their own: two batches that change several could wait for each
   * other.
   */
  private async saveAlone(update: AskedUpdate): Promise<Reply> {
    const [reply] = await this.saveUpdates.save([update]);
    if (reply === undefined) throw new Error('an update was not answered');
    if (reply instanceof Error) throw reply;
    return reply;
  }
}
