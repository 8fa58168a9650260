import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import type { Bus } from '../connection/bus.js';
import { OncePerTurn } from '../connection/turn.js';
import { batchLimits, writeArray, writeItem } from '../wire/batch-wire.js';
import { encodeHeaders, type HeaderRecord, headerNames, writeAskHeaders } from '../wire/message-headers.js';
import { bodyRoom } from '../wire/payload.js';
import { sharedHeadersOf } from '../wire/request-headers.js';
import { askSubjectOf } from '../wire/subjects.js';
import type { PendingAsk, PendingAsks } from './pending-asks.js';

/**
 * Sends what one event-loop turn asks: two or more asks of a subject as one batch message, a lone one as a plain
 * message, all of them in one socket write.
 */
export class AskPublisher {
  private waiting = new Map<string, PendingAsk[]>();
  private readonly turn = new OncePerTurn(() => this.flush());

  constructor(
    private readonly bus: Bus,
    private readonly pending: PendingAsks,
  ) {}

  enqueue(ask: PendingAsk): void {
    const { subject } = ask.outgoing;
    const queue = this.waiting.get(subject);
    if (queue === undefined) this.waiting.set(subject, [ask]);
    else queue.push(ask);
    this.turn.want();
  }

  private flush(): void {
    const waiting = this.waiting;
    this.waiting = new Map();
    const now = monotonicMs();
    for (const queue of waiting.values()) {
      const asks = queue.filter((ask) => this.pending.has(ask));
      const [first] = asks;
      if (first !== undefined && asks.length === 1) this.attempt([first], () => this.sendAlone(first, now));
      else this.sendTogether(asks, now);
    }
  }

  private sendAlone(ask: PendingAsk, now: number): void {
    const { outgoing } = ask;
    const headers = this.headersOf(ask, now, 'alone');
    this.bus.connection.publish(askSubjectOf(outgoing.subject, this.bus.user), outgoing.body, {
      reply: `${ask.answerPrefix}${ask.id}`,
      headers: encodeHeaders(headers),
    });
  }

  private sendTogether(asks: readonly PendingAsk[], now: number): void {
    const maxBytes = Math.min(batchLimits.bytes, bodyRoom(this.bus.connection));
    let members: PendingAsk[] = [];
    let items: string[] = [];
    let bytes = 2;
    let shared: HeaderRecord | undefined;
    const send = () => {
      const [batchMembers, batchItems, batchHeaders] = [members, items, shared];
      [members, items, bytes] = [[], [], 2];
      this.attempt(batchMembers, () => this.sendBatch(batchMembers, batchItems, batchHeaders, now));
    };
    for (const ask of asks) {
      this.attempt([ask], () => {
        const headers = this.headersOf(ask, now, 'item');
        // The first ask says it for all batches of this turn: an item may turn out to begin the next one.
        shared ??= sharedHeadersOf(headers);
        const item = writeItem(ask.id, headers, ask.outgoing.body, shared);
        const length = Buffer.byteLength(item) + 1;
        if (members.length === batchLimits.items || (members.length > 0 && bytes + length > maxBytes)) send();
        members.push(ask);
        items.push(item);
        bytes += length;
      });
    }
    if (members.length > 0) send();
  }

  private sendBatch(
    asks: readonly PendingAsk[],
    items: readonly string[],
    shared: HeaderRecord | undefined,
    now: number,
  ): void {
    const [first] = asks;
    if (first === undefined) return;
    if (asks.length === 1) {
      this.sendAlone(first, now);
      return;
    }
    const batch = this.pending.openBatch(asks, first.answerPrefix);
    this.bus.connection.publish(askSubjectOf(first.outgoing.subject, this.bus.user), writeArray(items), {
      reply: `${batch.answerPrefix}${batch.token}`,
      headers: encodeHeaders({ [headerNames.batch]: String(asks.length), ...shared }),
    });
  }

  /** A message that cannot leave fails its own asks and nobody else's. */
  private attempt(asks: readonly PendingAsk[], send: () => void): void {
    try {
      send();
    } catch (error) {
      const problem =
        error instanceof Problem ? error : new Problem('bus.unavailable', `could not publish: ${String(error)}`);
      for (const ask of asks) this.pending.reject(ask, problem);
    }
  }

  private headersOf({ outgoing }: PendingAsk, now: number, form: 'alone' | 'item'): HeaderRecord {
    const { context, realm } = outgoing;
    return writeAskHeaders(this.bus.user, context, realm, now, form);
  }
}
