import { monotonicMs } from '@countersign/clock';
import {
  type Operation,
  Problem,
  type ReplyOf,
  type RequestInput,
  type RequestOf,
  realmName,
} from '@countersign/contracts';
import type { Metrics } from '@countersign/observability';
import type { Bus } from '../connection/bus.js';
import type { Outcome } from '../connection/subject-metrics.js';
import { type AskContext, newAskContext } from '../wire/ask-context.js';
import { describeFaults, parseRequest } from '../wire/fitting.js';
import { AskMetrics } from './ask-metrics.js';
import { CoalescingClient } from './coalescing-client.js';

export interface MessengerOptions {
  readonly metrics?: Metrics | undefined;
  /** Asks waiting for an answer at once; one more is refused at once (guarantee G8). Default: 16 384. */
  readonly maxPending?: number | undefined;
}

/**
 * Asks other services. Every ask has a deadline and an idempotency key. The request is parsed before it is sent and the
 * reply when it has come.
 *
 * All of it fails with a Problem, always before the deadline: a refusal of the operation, `request.malformed` (the
 * request does not fit; nothing was sent), `bus.*`, or `internal` (the reply does not fit).
 */
export class Messenger {
  private readonly client: CoalescingClient;
  private readonly metrics: AskMetrics | undefined;

  constructor(
    private readonly bus: Bus,
    { metrics, maxPending }: MessengerOptions = {},
  ) {
    this.client = new CoalescingClient(bus, maxPending);
    this.metrics = metrics && new AskMetrics(metrics, () => this.pendingCount);
  }

  /** How many asks wait for their answer. */
  get pendingCount(): number {
    return this.client.pendingCount;
  }

  /** A context for a first ask in this process's own name; see {@link newAskContext}. */
  newContext(part: Partial<AskContext> = {}): AskContext {
    return newAskContext({ actor: { kind: 'service', id: this.bus.user }, ...part });
  }

  /** Asks an operation and answers its parsed reply. */
  ask<O extends Operation>(operation: O, request: RequestInput<O>, context: AskContext): Promise<ReplyOf<O>> {
    return this.counted(operation, () => this.send(operation, parseRequest(operation, request), context));
  }

  /** The same for a request that is parsed already. */
  askParsed<O extends Operation>(operation: O, request: RequestOf<O>, context: AskContext): Promise<ReplyOf<O>> {
    return this.counted(operation, () => this.send(operation, request, context));
  }

  /**
   * The same for a request that is parsed and written already, which is what costs most of a large one.
   * @param body JSON text
   */
  askText<O extends Operation>(operation: O, realm: string, body: string, context: AskContext): Promise<ReplyOf<O>> {
    return this.counted(operation, () => this.sendText(operation, realm, body, context));
  }

  private async counted<T>({ subject }: Operation, asking: () => Promise<T>): Promise<T> {
    const startedAt = monotonicMs();
    let outcome: Outcome = 'ok';
    try {
      return await asking();
    } catch (error) {
      outcome = error instanceof Problem ? error.code : 'internal';
      throw error;
    } finally {
      this.metrics?.asked(subject, outcome, monotonicMs() - startedAt);
    }
  }

  private send<O extends Operation>(operation: O, request: RequestOf<O>, context: AskContext): Promise<ReplyOf<O>> {
    return this.sendText(operation, realmOf(request), JSON.stringify(request), context);
  }

  private async sendText<O extends Operation>(
    { subject, service, reply, effect }: O,
    realm: string | undefined,
    body: string,
    context: AskContext,
  ): Promise<ReplyOf<O>> {
    const parsed = reply.safeParse(
      await this.client.ask({ subject, service, realm, body, context, isRepeatable: effect === 'none' }),
    );
    if (parsed.success) return parsed.data as ReplyOf<O>;
    throw new Problem('internal', `reply of ${subject} does not fit: ${describeFaults(parsed.error)}`);
  }
}

/** For operators who watch the bus: the realm also stands in a header, when the request names one. */
function realmOf(request: unknown): string | undefined {
  const realm = (request as { readonly realm?: unknown } | undefined)?.realm;
  return realmName.safeParse(realm).data;
}
