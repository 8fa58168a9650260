import { type RunningService, runningServices } from '@countersign/contracts';
import { z } from 'zod';
import type { OperatorBus } from './operator-bus.js';

const identity = { name: z.string(), id: z.string(), version: z.string() };
export const pingReply = z.object({ type: z.literal('io.nats.micro.v1.ping_response'), ...identity });
export const statsReply = z.object({
  type: z.literal('io.nats.micro.v1.stats_response'),
  ...identity,
  started: z.string(),
  endpoints: z.array(z.object({ subject: z.string(), num_requests: z.number(), num_errors: z.number() })),
});
export type StatsReply = z.output<typeof statsReply>;

/** The number of answers is not known. The first must come within the one time, each further one within the other. */
const firstAnswerWithinMs = 2_000;
const furtherAnswersWithinMs = 250;

/** All processes that answer service discovery (NATS ADR-32), in the order of their names. */
export async function discover<Reply extends { readonly name: string; readonly id: string }>(
  bus: OperatorBus,
  verb: 'PING' | 'STATS',
  reply: z.ZodType<Reply>,
): Promise<readonly Reply[]> {
  const found: Reply[] = [];
  const answers = await bus.connection
    .requestMany(`$SRV.${verb}`, undefined, {
      strategy: 'stall',
      maxWait: firstAnswerWithinMs,
      stall: furtherAnswersWithinMs,
    })
    .catch(() => undefined);
  if (answers === undefined) return found;
  try {
    for await (const message of answers) {
      const parsed = reply.safeParse(jsonOf(message.string()));
      if (parsed.success) found.push(parsed.data);
    }
  } catch {
    return found;
  }
  return found.sort((a, b) => `${a.name}.${a.id}`.localeCompare(`${b.name}.${b.id}`));
}

/** How many processes of each service of the product have answered. */
export function processesOf(replies: readonly { readonly name: string }[]): ReadonlyMap<RunningService, number> {
  return new Map(
    runningServices.map((service) => [service, replies.filter(({ name }) => name === `countersign-${service}`).length]),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
