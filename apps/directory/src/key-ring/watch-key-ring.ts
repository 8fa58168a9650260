import type { Logger } from '@countersign/observability';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '../logger.token.js';
import { ReSealSecrets } from './re-seal-secrets.js';

/** How often to look whether the ring has a new current key. */
export class ReSealInterval {
  constructor(readonly seconds: number) {}
}

/** Seals again in the background whenever the key ring was rotated, and ends with the service. */
@Injectable()
export class WatchKeyRing implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly reSealSecrets: ReSealSecrets,
    private readonly interval: ReSealInterval,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.look();
  }

  /** Ends after the step that is under way. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private look(): void {
    this.running = this.walk().finally(() => {
      if (!this.isStopped) this.timer = setTimeout(() => this.look(), this.interval.seconds * 1000).unref();
    });
  }

  private async walk(): Promise<void> {
    try {
      const { resealed, unopened } = await this.reSealSecrets.run(() => !this.isStopped);
      if (resealed > 0) this.logger.info({ resealed }, 'values were sealed with the current key');
      if (unopened > 0) this.logger.error({ unopened }, 'sealed values do not open with any key of the ring');
    } catch (error) {
      this.logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'sealing again was broken off');
    }
  }
}
