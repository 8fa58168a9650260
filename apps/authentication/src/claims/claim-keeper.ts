import { monotonicMs, systemClock } from '@countersign/clock';
import { downWith, LOGGER, SETTINGS } from '@countersign/hosting';
import type { Logger, PartState } from '@countersign/observability';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthenticationSettings } from '../settings.js';
import { ClaimEpochStore } from './claim-epoch.store.js';
import { ClockWatch, type Reading } from './clock-watch.js';

/** Claims within this time: the horizon is kept ahead of the clock. An idle service writes nothing. */
const activeForMs = 10_000;

/**
 * Notices that the store has forgotten its claims and opens a new epoch, keeps the horizon ahead of the claims while
 * there are any, and tells the log when the store's clock was set. Run about twice a second, and once before the first
 * claim is served.
 */
@Injectable()
export class ClaimKeeper {
  private lastClaimAt = Number.NEGATIVE_INFINITY;
  private opening: Promise<void> | undefined;
  private readonly clockWatch = new ClockWatch();

  constructor(
    private readonly epochs: ClaimEpochStore,
    @Inject(SETTINGS) private readonly settings: AuthenticationSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws Problem `store.unavailable` */
  async keep(): Promise<void> {
    const askedAt = monotonicMs();
    const { clockMs, isOpen } = await this.epochs.look();
    this.watchClock({ clockMs, askedAt, answeredAt: monotonicMs() });
    if (!isOpen) await this.openEpoch();
    if (monotonicMs() - this.lastClaimAt < activeForMs) await this.epochs.moveHorizon(systemClock.now());
  }

  /** Whether a request signed then could be claimed; now, by this machine's clock. @throws Problem `store.unavailable` */
  judgesDate(signedAtMs = systemClock.now()): Promise<boolean> {
    return this.epochs.judgesDate(signedAtMs, this.settings.AUTHENTICATION_SKEW_SECONDS);
  }

  /** The word for readiness: a full disk, for one, still answers what is read. */
  async state(): Promise<PartState> {
    try {
      return (await this.judgesDate()) ? 'up' : 'down: the replay store cannot judge present dates yet';
    } catch (error) {
      return downWith(error);
    }
  }

  /** Called whenever claims were decided; those that met no epoch have one opened without waiting for the next round. */
  noteClaims(isMemoryLost: boolean): void {
    this.lastClaimAt = monotonicMs();
    if (!isMemoryLost) return;
    this.openEpoch().catch((error: unknown) => this.logger.warn({ err: error }, 'no claim epoch could be opened'));
  }

  private watchClock(reading: Reading): void {
    const stepMs = this.clockWatch.note(reading);
    if (stepMs === undefined) return;
    const aheadSeconds = Math.round((reading.clockMs - systemClock.now()) / 1_000);
    this.logger.warn(
      { stepSeconds: Math.round(stepMs / 1_000), aheadSeconds },
      'the clock of the database was set, or this process stood still; aheadSeconds compares it with the clock here',
    );
  }

  private openEpoch(): Promise<void> {
    this.opening ??= this.open().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async open(): Promise<void> {
    const barrier = await this.epochs.open(this.settings.AUTHENTICATION_STANDBY_IS_SYNCHRONOUS, systemClock.now());
    if (barrier === undefined) return;
    if (barrier === 'nothing-claimed') this.logger.info({ barrier }, 'first claim epoch opened');
    else this.logger.warn({ barrier }, 'the replay store had lost its memory; a new claim epoch is open');
  }
}
