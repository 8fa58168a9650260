import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { provisionStreams } from '@countersign/provisioning';

const retryMs = 1_000;

/**
 * Makes streams and consumers again after every reconnect: a NATS that lost its store comes back without them. While
 * that fails it is tried again, since no further reconnect may come, and without streams no event leaves.
 */
export function keepStreams(bus: Pick<Bus, 'connection' | 'isUp' | 'onUp'>, logger: Logger): { stop(): void } {
  const stopping = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const forget = bus.onUp(() => {
    last = last.then(() => provisionUntilDone(bus, logger, stopping.signal));
  });
  return {
    stop() {
      forget();
      stopping.abort();
    },
  };
}

async function provisionUntilDone(
  bus: Pick<Bus, 'connection' | 'isUp'>,
  logger: Logger,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted && bus.isUp()) {
    try {
      await provisionStreams(bus.connection);
      return;
    } catch (fault) {
      if (!stopping.aborted) logger.warn({ err: fault }, 'streams could not be provisioned, trying again');
    }
    await pause(retryMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}
