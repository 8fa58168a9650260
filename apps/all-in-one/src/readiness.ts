import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import type { RunningService } from '@countersign/observability';

const withinMs = 30_000;
const pauseMs = 50;

/**
 * Waits until each service says on its own port that it can do its work. After a crash of the database that includes
 * the moment in which the replay store cannot judge present dates.
 *
 * @throws Error that names the service and what it says is down, after half a minute
 */
export async function waitUntilReady(services: readonly RunningService[]): Promise<void> {
  const giveUpAt = monotonicMs() + withinMs;
  for (const service of services) {
    for (let fault = await faultOf(service); fault !== undefined; fault = await faultOf(service)) {
      if (monotonicMs() > giveUpAt) throw new Error(`${service.name} is not ready: ${fault}`);
      await delay(pauseMs);
    }
  }
}

async function faultOf({ url }: RunningService): Promise<string | undefined> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch((fault: Error) => fault);
  if (answer instanceof Error) return answer.message;
  return answer.ok ? undefined : await answer.text();
}
