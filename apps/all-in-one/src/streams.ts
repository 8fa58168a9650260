import { statfs } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { type ProvisionedStream, provisionStreams } from '@countersign/provisioning';

const retryMs = 1_000;
const mebibyte = 1024 ** 2;
/** Below this, days of events may not fit; above it, a smaller disk is no news. */
const worthAWordBytes = 256 * mebibyte;

type StreamBus = Pick<Bus, 'connection' | 'isUp' | 'onUp'>;

export interface StreamKeeperOptions {
  readonly bus: StreamBus;
  readonly logger: Logger;
  /** Folder of the server's store, when it is embedded. */
  readonly storeFolder: string | undefined;
}

/**
 * Makes streams and consumers, now and again after every reconnect: a NATS that lost its store comes back without them.
 * While that fails it is tried again, since no further reconnect may come, and without streams no event leaves.
 */
export class StreamKeeper {
  private readonly stopping = new AbortController();
  private last: Promise<void> = Promise.resolve();
  private forget: () => void = () => undefined;

  constructor(private readonly options: StreamKeeperOptions) {}

  /**
   * @param areNewExpected whether this is a first start
   * @throws Error when they cannot be made now
   */
  async start(areNewExpected: boolean): Promise<void> {
    await this.provision(areNewExpected);
    this.follow();
  }

  /** From now on, after every reconnect. */
  follow(): void {
    this.forget = this.options.bus.onUp(() => {
      this.last = this.last.then(() => this.provisionUntilDone());
    });
  }

  stop(): void {
    this.forget();
    this.stopping.abort();
  }

  private async provisionUntilDone(): Promise<void> {
    const { bus, logger } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted && bus.isUp()) {
      try {
        return await this.provision(false);
      } catch (fault) {
        if (!signal.aborted) logger.warn({ err: fault }, 'streams could not be provisioned, trying again');
      }
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async provision(areNewExpected: boolean): Promise<void> {
    for (const stream of await provisionStreams(this.options.bus.connection)) {
      if (stream.isNew && !areNewExpected) {
        const { stream: name } = stream;
        this.options.logger.warn(
          { stream: name },
          'a stream was missing and is made anew: services send again what is due',
        );
      }
      if (stream.maxBytes < stream.wantedBytes && stream.maxBytes < worthAWordBytes) await this.tellSize(stream);
    }
  }

  private async tellSize({ stream, maxBytes, wantedBytes }: ProvisionedStream): Promise<void> {
    const { logger, storeFolder } = this.options;
    const sizes = { stream, maxMib: Math.round(maxBytes / mebibyte), wantedMib: Math.round(wantedBytes / mebibyte) };
    const free = storeFolder === undefined ? {} : { freeMib: await freeMibOf(storeFolder) };
    logger.warn(
      { ...sizes, ...free },
      'nats has no room for a stream of the size that is wanted: it keeps fewer events',
    );
  }
}

async function freeMibOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.round((bavail * bsize) / mebibyte);
}
