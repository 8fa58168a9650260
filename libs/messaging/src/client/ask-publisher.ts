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
    /** The replica of a service that is to be asked; undefined for any. */
    private readonly replicaOf: (service: string) => string | undefined,
  ) {}

  enqueue(ask: PendingAsk): void {
    const { subject } = ask.outgoing;
    const queue = this.waiting.get(subject);
    if (queue === undefined) this.waiting.set(subject, [ask]);
    else queue.push(ask);
    this.turn.want();
  }

  /** Sends an ask alone to one replica although it is under way. Whichever answer comes first counts. */
  repeat(ask: PendingAsk, replica: string): void {
    ask.isRepeated = true;
    ask.replica = replica;
    this.sendAlone(ask, monotonicMs());
  }

  private flush(): void {
    const waiting = this.waiting;
    this.waiting = new Map();
    const now = monotonicMs();
    for (const queue of waiting.values()) {
      const asks = queue.filter((ask) => this.pending.has(ask));
      const [first] = asks;
      const replica = first && this.replicaOf(first.outgoing.service);
      for (const ask of asks) ask.replica = replica;
      if (asks.length > 1) this.sendTogether(asks, now);
      else for (const ask of asks) this.sendAlone(ask, now);
    }
  }

  private sendAlone(ask: PendingAsk, now: number): void {
    const { subject, body, context, realm } = ask.outgoing;
    const headers = writeAskHeaders(this.bus.user, context, realm, now);
    this.publish([ask], subject, body, `${ask.answerPrefix}${ask.id}`, headers);
  }

  /** As few messages as the bounds of a batch allow. */
  private sendTogether(asks: readonly PendingAsk[], now: number): void {
    const maxBytes = Math.min(batchLimits.bytes, bodyRoom(this.bus.connection));
    let members: PendingAsk[] = [];
    let items: string[] = [];
    let bytes = 2;
    // The first ask says it for all batches of this turn: an item may turn out to begin the next one.
    let shared: HeaderRecord | undefined;
    for (const ask of asks) {
      const { body, context, realm } = ask.outgoing;
      const headers = writeAskHeaders(this.bus.user, context, realm, now, 'item');
      shared ??= sharedHeadersOf(headers);
      const item = writeItem(ask.id, headers, body, shared);
      const length = Buffer.byteLength(item) + 1;
      if (members.length === batchLimits.items || (members.length > 0 && bytes + length > maxBytes)) {
        this.sendBatch(members, items, shared, now);
        [members, items, bytes] = [[], [], 2];
      }
      members.push(ask);
      items.push(item);
      bytes += length;
    }
    this.sendBatch(members, items, shared ?? {}, now);
  }

  private sendBatch(asks: readonly PendingAsk[], items: readonly string[], shared: HeaderRecord, now: number): void {
    const [first, second] = asks;
    if (first === undefined) return;
    if (second === undefined) {
      this.sendAlone(first, now);
      return;
    }
    const batch = this.pending.openBatch(asks, first.answerPrefix);
    const headers = { [headerNames.batch]: String(asks.length), ...shared };
    this.publish(asks, first.outgoing.subject, writeArray(items), `${batch.answerPrefix}${batch.token}`, headers);
  }

  /** A message that cannot leave fails its own asks and no others. */
  private publish(
    asks: readonly PendingAsk[],
    subject: string,
    body: string,
    reply: string,
    headers: HeaderRecord,
  ): void {
    try {
      const options = { reply, headers: encodeHeaders(headers) };
      this.bus.connection.publish(askSubjectOf(subject, this.bus.user, asks[0]?.replica), body, options);
    } catch (error) {
      const problem =
        error instanceof Problem ? error : new Problem('bus.unavailable', `could not publish: ${String(error)}`);
      for (const ask of asks) this.pending.reject(ask, problem);
    }
  }
}
