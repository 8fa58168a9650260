import type { Bus } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { provisionStreams } from '@countersign/provisioning';

/** Makes streams and consumers again after every reconnect: a NATS that lost its store comes back without them. */
export function keepStreams(bus: Bus, logger: Logger): { stop(): void } {
  let isStopped = false;
  bus.onUp(() => {
    if (isStopped) return;
    provisionStreams(bus.connection).catch((fault: unknown) => {
      if (!isStopped)
        logger.warn({ err: fault }, 'streams could not be provisioned; tried again at the next reconnect');
    });
  });
  return {
    stop() {
      isStopped = true;
    },
  };
}
