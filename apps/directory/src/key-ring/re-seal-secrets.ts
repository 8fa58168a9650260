import { directoryKeysResealed } from '@countersign/contracts';
import { LOGGER } from '@countersign/hosting';
import { newAskContext } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { UserSecretKeeper } from '../users/user-secret-keeper.js';
import {
  type Resealed,
  type SealedValue,
  SealedValueStore,
  type WalkPosition,
  walkStart,
} from './sealed-value.store.js';

/** Rows that one step locks: few, so that nobody who changes such a user waits long. */
const stepSize = 100;

export interface ReSealing {
  readonly resealed: number;
  /** Values that do not open: their key is not in the ring, or they were altered. They stay as they are. */
  readonly unopened: number;
}

/** Brings every sealed value under the current key of the ring (guarantee G5), in small steps, beside everything else. */
@Injectable()
export class ReSealSecrets {
  constructor(
    private readonly values: SealedValueStore,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly work: UnitOfWork,
    private readonly outbox: Outbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One walk; where another process is at it, or all is done, it does nothing. */
  async run(isWanted: () => boolean = () => true): Promise<ReSealing> {
    const keyId = this.secretKeeper.currentKeyId;
    const total = { resealed: 0, unopened: 0 };
    if (await this.values.isSettled(keyId)) return total;
    for (let position: WalkPosition | undefined = walkStart; position !== undefined && isWanted(); ) {
      const from: WalkPosition = position;
      const step = await this.work.run((tx) => this.step(tx, keyId, from));
      total.resealed += step.resealed;
      total.unopened += step.unopened;
      position = step.next;
    }
    this.tell(total);
    return total;
  }

  private tell({ resealed, unopened }: ReSealing): void {
    if (resealed > 0) this.logger.info({ resealed }, 'values were sealed with the current key');
    if (unopened > 0) this.logger.error({ unopened }, 'sealed values do not open with any key of the ring');
  }

  private async step(
    tx: Transaction,
    keyId: string,
    position: WalkPosition,
  ): Promise<ReSealing & { next: WalkPosition | undefined }> {
    if (!(await this.values.lock(tx))) return { resealed: 0, unopened: 0, next: undefined };
    const stale = await this.values.findStale(tx, keyId, position, stepSize);
    const again = stale.flatMap((before) => this.sealAgain(before));
    if (again.length > 0) await this.values.replace(tx, again);
    const last = stale.at(-1);
    if (last === undefined) await this.finish(tx, keyId);
    return { resealed: again.length, unopened: stale.length - again.length, next: last };
  }

  private sealAgain(before: SealedValue): Resealed[] {
    try {
      const after = this.secretKeeper.seal(before.id, this.secretKeeper.open(before.id, before.sealed));
      return after === undefined ? [] : [{ before, after }];
    } catch {
      return [];
    }
  }

  /** The unique key of the rotation tells it once, whichever process comes to the end. */
  private async finish(tx: Transaction, keyId: string): Promise<void> {
    const left = await this.values.findStale(tx, keyId, walkStart, 1);
    if (left.length > 0) return;
    const count = await this.values.finish(tx, keyId);
    if (count === undefined) return;
    const { via } = newAskContext();
    await this.outbox.record(tx, directoryKeysResealed, {
      actor: { kind: 'service', id: 'directory' },
      via,
      target: { kind: 'key-ring', id: keyId },
      details: { keyId, count },
    });
  }
}
