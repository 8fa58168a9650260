import { LOGGER } from '@countersign/hosting';
import type { Logger } from '@countersign/observability';
import { type Transaction, UnitOfWork, unbounded } from '@countersign/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { nilUuid } from '../paging/page-cursor.js';
import { DeletedGroupStore } from './deleted-group.store.js';

/** Memberships that one step removes: some tens of milliseconds, whatever the size of the group. */
const stepSize = 5_000;

/** A walk goes by (group, user): rows that were just removed are not passed over again. */
interface Position {
  readonly groupUuid: string;
  readonly userUuid: string;
}

const start: Position = { groupUuid: nilUuid, userUuid: nilUuid };

/**
 * Clears away what is left of deleted groups: their memberships, in steps, then their rows. No event tells of it: with
 * the one of the deletion all memberships had ended for everybody.
 */
@Injectable()
export class SweepDeletedGroups {
  constructor(
    private readonly deleted: DeletedGroupStore,
    private readonly unitOfWork: UnitOfWork,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One walk over all deleted groups; answers how many are gone. */
  async sweep(mayGoOn: () => boolean = () => true): Promise<number> {
    let gone = 0;
    for (let at: Position | undefined = start; at !== undefined && mayGoOn(); ) {
      const from: Position = at;
      const step = await this.unitOfWork.run(unbounded, (tx) => this.step(tx, from));
      if (step.isGone) gone += 1;
      at = step.next;
    }
    if (gone > 0) this.logger.info({ groups: gone }, 'deleted groups were cleared away');
    return gone;
  }

  private async step(tx: Transaction, from: Position): Promise<{ next: Position | undefined; isGone: boolean }> {
    const groupUuid = await this.deleted.lockNext(tx, from.groupUuid);
    if (groupUuid === undefined) return { next: undefined, isGone: false };
    const after = groupUuid === from.groupUuid ? from.userUuid : start.userUuid;
    const last = await this.deleted.removeMemberships(tx, groupUuid, after, stepSize);
    if (last !== undefined) return { next: { groupUuid, userUuid: last }, isGone: false };
    return { next: { ...start, groupUuid }, isGone: await this.deleted.removeGroup(tx, groupUuid) };
  }
}
