import { Problem, type ReplyOf, updateUser } from '@countersign/contracts';
import { type AnswerTo, type AskedRequest, HandlesTogether } from '@countersign/messaging/server';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { aliasesOf, aliasFault } from '../names/aliases.policy.js';
import { type AskedUpdate, SaveUpdates } from './save-updates.js';
import { divide, faultOf } from './user-changes.policy.js';
import { UserSecretKeeper } from './user-secret-keeper.js';

type Asking = AskedRequest<typeof updateUser>;
type Judged = Omit<AskedUpdate, 'guarded'>;
type Reply = ReplyOf<typeof updateUser>;

/** Changes fields of users, for each user all of them or none. Updates that wait together share a transaction. */
@Controller()
export class UpdateUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly saveUpdates: SaveUpdates,
  ) {}

  /** In a `strict` realm a given PIN or answer always counts as changed: the caller must not learn whether it is the old one. */
  @HandlesTogether(updateUser)
  async update(requests: readonly Asking[]): Promise<AnswerTo<typeof updateUser>[]> {
    const judged = await Promise.all(requests.map((one) => this.judge(one).catch((error: Error) => error)));
    const shared = judged.filter((one) => !(one instanceof Error) && mayShare(one)) as Judged[];
    const replies = await this.save(shared);
    const replyTo = new Map(shared.map((one, position) => [one, replies[position]]));
    return judged.map((one) => (one instanceof Error ? one : (replyTo.get(one) ?? this.saveAlone(one))));
  }

  /** @throws Problem */
  private async judge({ request, asked }: Asking): Promise<Judged> {
    const fault = faultOf(request);
    if (fault !== undefined) throw new Problem(fault.code, fault.detail);
    const aliases = request.aliases && aliasesOf(request.aliases);
    const wrong = aliases && aliasFault(aliases);
    if (wrong !== undefined) throw new Problem('user.id_invalid', wrong);
    const realm = await this.findRealm.find(request.realm);
    return { request, asked, realm, changes: divide(request), aliases };
  }

  private async saveAlone(update: Judged): Promise<Reply | Error> {
    const [reply] = await this.save([update]);
    return reply ?? new Error('an update was not answered');
  }

  private async save(updates: readonly Judged[]): Promise<readonly (Reply | Error)[]> {
    if (updates.length === 0) return [];
    // before the transaction: hashing takes longer than any lock should be held
    const guarded = updates.map(async (update) => ({
      ...update,
      guarded: await this.secretKeeper.guard(update.realm.profile, update.changes.secrets, update.asked.deadlineAt),
    }));
    return this.saveUpdates.save(await Promise.all(guarded));
  }
}

/**
 * Not where others would wait for hashes. Mail addresses and aliases are locked in orders of their own: two batches that
 * change several could wait for each other.
 */
function mayShare({ request, aliases, changes, realm }: Judged): boolean {
  const isHashed = realm.profile !== 'compat' && Object.keys(changes.secrets).length > 0;
  return !isHashed && request.emails.length === 0 && aliases === undefined;
}
