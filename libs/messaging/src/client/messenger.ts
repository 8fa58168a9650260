import { monotonicMs } from '@countersign/clock';
import { type Operation, Problem, type ReplyOf, type RequestInput, realmNamePattern } from '@countersign/contracts';
import type { Metrics } from '@countersign/observability';
import type { Bus } from '../connection/bus.js';
import type { Outcome } from '../connection/subject-figures.js';
import { type AskContext, newAskContext } from '../wire/ask-context.js';
import { describeFaults, parseRequest } from '../wire/fitting.js';
import { AskMetrics } from './ask-metrics.js';
import { CoalescingClient } from './coalescing-client.js';

/** Asks other services. Every ask has a deadline and an idempotency key; both shapes are parsed. */
export class Messenger {
  private readonly metrics: AskMetrics | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly client: CoalescingClient = new CoalescingClient(bus),
    metrics?: Metrics,
  ) {
    this.metrics = metrics && new AskMetrics(metrics, () => client.pendingCount);
  }

  /** A context for a first ask in this process's own name; see {@link newAskContext}. */
  newContext(part: Partial<AskContext> = {}): AskContext {
    return newAskContext({ actor: { kind: 'service', id: this.bus.user }, ...part });
  }

  /**
   * Asks an operation and answers its parsed reply.
   * @throws Problem always before the deadline: a refusal of the operation, `request.malformed` (the request does not
   * fit; nothing was sent), `bus.*`, or `internal` (the reply does not fit)
   */
  async ask<O extends Operation>(operation: O, request: RequestInput<O>, asked: AskContext): Promise<ReplyOf<O>> {
    if (this.metrics === undefined) return this.askPlainly(operation, request, asked);
    const startedAt = monotonicMs();
    let outcome: Outcome = 'ok';
    try {
      return await this.askPlainly(operation, request, asked);
    } catch (error) {
      outcome = error instanceof Problem ? error.code : 'internal';
      throw error;
    } finally {
      this.metrics.asked(operation.subject, outcome, monotonicMs() - startedAt);
    }
  }

  private async askPlainly<O extends Operation>(
    operation: O,
    request: RequestInput<O>,
    context: AskContext,
  ): Promise<ReplyOf<O>> {
    const parsed = parseRequest(operation, request);
    const body = await this.client.ask({
      subject: operation.subject,
      service: operation.service,
      realm: realmOf(parsed),
      body: JSON.stringify(parsed),
      context,
    });
    const reply = operation.reply.safeParse(body);
    if (reply.success) return reply.data as ReplyOf<O>;
    throw new Problem('internal', `reply of ${operation.subject} does not fit: ${describeFaults(reply.error)}`);
  }
}

/** For operators who watch the bus: the realm also stands in a header, when the request names one. */
function realmOf(request: unknown): string | undefined {
  const realm = (request as { readonly realm?: unknown } | undefined)?.realm;
  return typeof realm === 'string' && realmNamePattern.test(realm) ? realm : undefined;
}
