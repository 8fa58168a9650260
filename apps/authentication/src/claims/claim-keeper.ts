import { monotonicMs } from '@countersign/clock';
import { LOGGER, SETTINGS } from '@countersign/hosting';
import type { Logger } from '@countersign/observability';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthenticationSettings } from '../settings.js';
import { ClaimEpochStore } from './claim-epoch.store.js';

/** Claims within this time: the horizon is kept ahead of the clock. An idle service writes nothing. */
const activeForMs = 10_000;

/**
 * Notices that the store has forgotten its claims and opens a new epoch, and keeps the horizon ahead of the clock
 * while there are claims. Run about twice a second, and once before the first claim is served.
 */
@Injectable()
export class ClaimKeeper {
  private lastClaimAt = Number.NEGATIVE_INFINITY;
  private opening: Promise<void> | undefined;

  constructor(
    private readonly epochs: ClaimEpochStore,
    @Inject(SETTINGS) private readonly settings: AuthenticationSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws Problem `store.unavailable` */
  async keep(): Promise<void> {
    if (!(await this.epochs.isOpen())) await this.openEpoch();
    if (monotonicMs() - this.lastClaimAt < activeForMs) await this.epochs.moveHorizon();
  }

  /** Whether a request signed now could be claimed. @throws Problem `store.unavailable` */
  judgesPresentDates(): Promise<boolean> {
    return this.epochs.judgesPresentDates();
  }

  /** Called whenever claims were decided; those that met no epoch have one opened without waiting for the next round. */
  noteClaims(isMemoryLost: boolean): void {
    this.lastClaimAt = monotonicMs();
    if (!isMemoryLost) return;
    this.openEpoch().catch((error: unknown) => this.logger.warn({ err: error }, 'no claim epoch could be opened'));
  }

  private openEpoch(): Promise<void> {
    this.opening ??= this.open().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async open(): Promise<void> {
    const barrier = await this.epochs.open(this.settings.AUTHENTICATION_STANDBY_IS_SYNCHRONOUS);
    if (barrier === undefined) return;
    if (barrier === 'nothing-claimed') this.logger.info({ barrier }, 'first claim epoch opened');
    else this.logger.warn({ barrier }, 'the replay store had lost its memory; a new claim epoch is open');
  }
}
