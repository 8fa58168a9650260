import { monotonicMs, systemRandomness } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import type { Logger } from '@countersign/observability';
import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import { ClientProxy, NatsRecord, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { newAskContext } from './ask-context.js';
import { batchLimits, readAnswers, writeArray, writeItem } from './batch-wire.js';
import type { Bus } from './bus.js';
import { encodeHeaders, headerNames, writeAskHeaders } from './message-headers.js';
import { payloadText } from './payload-text.js';
import { type OutgoingAsk, type PendingAsk, PendingAsks, type SentBatch } from './pending-asks.js';
import { OncePerTurn } from './turn.js';

export interface CoalescingClientOptions {
  /** Asks waiting for an answer at once; one more is refused at once (guarantee G8). */
  readonly maxPending?: number;
  readonly logger?: Logger | undefined;
}

/** The longest an ask may wait, whatever its context says. */
const longestWaitMs = 60_000;
/** Room for headers below the server's bound of a message. */
const headerRoom = 4_096;
const defaultMaxPayload = 1_048_576;
const serviceOfSubject = /^countersign\.v1\.([a-z]+)\./;

/**
 * Nest's client side over one connection: one subscription hears all answers, one timer watches all deadlines, and
 * what one event-loop turn asks leaves together: two or more waiting asks of a subject share one batch message,
 * messages of several subjects share one socket write. The cost of a hop is its socket writes and wake-ups, not its
 * bytes. A lone ask is a plain message and waits for nobody.
 */
export class CoalescingClient extends ClientProxy {
  private readonly pending = new PendingAsks(
    (ask) => new Problem('bus.deadline', `no answer from ${ask.outgoing.subject} in time`),
  );
  private waiting = new Map<string, PendingAsk[]>();
  private readonly turn = new OncePerTurn(() => this.flush());
  private readonly answerPrefixes = new Map<string, string>();
  /** Tells this process's answers from those of its replicas. */
  private readonly nonce = systemRandomness.bytes(9).toString('base64url');
  private readonly maxPending: number;
  private readonly stopListening: readonly (() => void)[];
  private inbox: Subscription | undefined;
  private closed = false;

  constructor(
    private readonly bus: Bus,
    private readonly options: CoalescingClientOptions = {},
  ) {
    super();
    this.maxPending = options.maxPending ?? 16_384;
    this.stopListening = [
      bus.onDown(() => this.pending.rejectAll(() => new Problem('bus.unavailable', 'connection lost while waiting'))),
      bus.onPublishRefused((subject) =>
        this.pending.rejectAll(
          () => new Problem('bus.not_permitted', `${bus.user} may not publish ${subject}`),
          (ask) => ask.outgoing.subject === subject,
        ),
      ),
    ];
  }

  /** How many asks wait for their answer. */
  get pendingCount(): number {
    return this.pending.size;
  }

  /**
   * Sends a request and answers the reply's body.
   * @throws Problem always before `context.deadlineAt`: `bus.deadline`, `bus.unavailable` (not connected, or nobody
   * answers this subject), `bus.overloaded`, `request.too_large`, `bus.not_permitted`, or what the service refused
   */
  ask(outgoing: OutgoingAsk): Promise<unknown> {
    const refusal = this.refuse(outgoing);
    if (refusal !== undefined) return Promise.reject(refusal);
    this.inbox ??= this.subscribeInbox();
    return new Promise((resolve, reject) => {
      const answerPrefix = this.answerPrefix(outgoing.service);
      const latest = monotonicMs() + longestWaitMs;
      const deadlineAt = outgoing.context.deadlineAt < latest ? outgoing.context.deadlineAt : latest;
      this.enqueue(this.pending.add({ outgoing, answerPrefix, resolve, reject }, deadlineAt));
    });
  }

  connect(): Promise<NatsConnection> {
    return Promise.resolve(this.bus.connection);
  }

  /** Rejects what waits. The connection is the bus's to close. */
  close(): void {
    this.closed = true;
    for (const stop of this.stopListening) stop();
    this.pending.rejectAll(() => new Problem('bus.unavailable', 'the client was closed'));
    if (!this.bus.connection.isClosed()) this.inbox?.unsubscribe();
  }

  unwrap<T>(): T {
    return this.bus.connection as T;
  }

  /** Nest's `send`: the subject names the service, the data is the request as it is. */
  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    let isWanted = true;
    const { data, headers } = unwrapRecord(packet.data);
    const subject = this.normalizePattern(packet.pattern);
    this.ask({
      subject,
      service: serviceOfSubject.exec(subject)?.[1] ?? 'unknown',
      body: JSON.stringify(data) ?? 'null',
      context: newAskContext({ actor: { kind: 'service', id: this.bus.user } }),
      extraHeaders: headers,
    }).then(
      (response) => isWanted && callback({ response, isDisposed: true }),
      (err) => isWanted && callback({ err, isDisposed: true }),
    );
    return () => {
      isWanted = false;
    };
  }

  /** Nest's `emit`: at most once. Our own events go through the outbox instead. */
  protected async dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    if (!this.bus.isUp()) throw new Problem('bus.unavailable', 'not connected');
    const { data } = unwrapRecord(packet.data);
    this.bus.connection.publish(this.normalizePattern(packet.pattern), JSON.stringify(data) ?? 'null');
    return undefined as T;
  }

  private refuse({ subject, body, context }: OutgoingAsk): Problem | undefined {
    if (this.closed || !this.bus.isUp()) return new Problem('bus.unavailable', 'not connected');
    if (!(context.deadlineAt > monotonicMs())) return new Problem('bus.deadline', `${subject} was asked too late`);
    if (this.pending.size >= this.maxPending)
      return new Problem('bus.overloaded', `${this.pending.size} asks are waiting`, 1);
    const bytes = Buffer.byteLength(body);
    if (bytes > this.maxPayload - headerRoom)
      return new Problem('request.too_large', `${bytes} bytes, at most ${this.maxPayload - headerRoom} fit a message`);
    return undefined;
  }

  private get maxPayload(): number {
    return this.bus.connection.info?.max_payload ?? defaultMaxPayload;
  }

  /**
   * `<inbox>.<service>.<nonce>.<secret>.`: the secret is the service's own, so that no other service can name the
   * subject where its answers are awaited, not even by way of JetStream, which answers wherever it is told to.
   */
  private answerPrefix(service: string): string {
    const known = this.answerPrefixes.get(service);
    if (known !== undefined) return known;
    const secret = systemRandomness.bytes(12).toString('base64url');
    const prefix = `${this.bus.inboxPrefix}.${service}.${this.nonce}.${secret}.`;
    this.answerPrefixes.set(service, prefix);
    return prefix;
  }

  private subscribeInbox(): Subscription {
    return this.bus.connection.subscribe(`${this.bus.inboxPrefix}.*.${this.nonce}.>`, {
      callback: (error, message) => {
        if (error === null) return this.hear(message);
        this.inbox = undefined;
        this.pending.rejectAll(() => new Problem('bus.not_permitted', `${this.bus.user} may not hear its inbox`));
      },
    });
  }

  private enqueue(ask: PendingAsk): void {
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
      if (asks.length === 1) for (const ask of asks) this.attempt([ask], () => this.sendAlone(ask, now));
      else this.sendTogether(asks, now);
    }
  }

  private sendAlone(ask: PendingAsk, now: number): void {
    const { outgoing } = ask;
    const headers = { ...outgoing.extraHeaders, ...this.headersOf(ask, now) };
    this.bus.connection.publish(outgoing.subject, outgoing.body, {
      reply: `${ask.answerPrefix}${ask.id}`,
      headers: encodeHeaders(headers),
    });
  }

  private sendTogether(asks: readonly PendingAsk[], now: number): void {
    const maxBytes = Math.min(batchLimits.bytes, this.maxPayload - headerRoom);
    let members: PendingAsk[] = [];
    let items: string[] = [];
    let bytes = 2;
    const send = () => {
      const [batchMembers, batchItems] = [members, items];
      [members, items, bytes] = [[], [], 2];
      this.attempt(batchMembers, () => this.sendBatch(batchMembers, batchItems, now));
    };
    for (const ask of asks) {
      this.attempt([ask], () => {
        const item = writeItem(ask.id, { ...ask.outgoing.extraHeaders, ...this.headersOf(ask, now) }, ask.outgoing.body);
        const length = Buffer.byteLength(item) + 1;
        if (members.length === batchLimits.items || (members.length > 0 && bytes + length > maxBytes)) send();
        members.push(ask);
        items.push(item);
        bytes += length;
      });
    }
    if (members.length > 0) send();
  }

  private sendBatch(asks: readonly PendingAsk[], items: readonly string[], now: number): void {
    const [first] = asks;
    if (first === undefined) return;
    if (asks.length === 1) return this.sendAlone(first, now);
    const batch = this.pending.openBatch(asks, first.answerPrefix);
    this.bus.connection.publish(first.outgoing.subject, writeArray(items), {
      reply: `${batch.answerPrefix}${batch.token}`,
      headers: encodeHeaders({ [headerNames.batch]: String(asks.length) }),
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

  private headersOf(ask: PendingAsk, now: number) {
    return writeAskHeaders(this.bus.user, ask.outgoing.context, ask.outgoing.realm, now);
  }

  /** Whatever names no ask of ours, or comes from where it was not awaited, is dropped. */
  private hear(message: Msg): void {
    const { subject } = message;
    const cut = subject.lastIndexOf('.') + 1;
    const token = subject.slice(cut);
    const batch = token.startsWith('b') ? this.pending.batch(token) : undefined;
    if (batch !== undefined) {
      if (batch.answerPrefix === subject.slice(0, cut)) this.hearBatch(batch, message);
      return;
    }
    const ask = this.pending.get(Number(token));
    if (ask === undefined || ask.batch !== undefined || ask.answerPrefix !== subject.slice(0, cut)) return;
    if (isNobodyThere(message)) this.reachedNobody(ask);
    else this.hearSingle(ask, message);
  }

  private hearSingle(ask: PendingAsk, message: Msg): void {
    const body = parseJson(payloadText(message.data));
    if (body === undefined) return this.pending.reject(ask, unreadable(ask));
    const isRefusal = message.headers?.has(headerNames.errorCode) ?? false;
    if (isRefusal) this.pending.reject(ask, Problem.fromBody(body.value));
    else this.pending.resolve(ask, body.value);
  }

  private hearBatch(batch: SentBatch, message: Msg): void {
    if (isNobodyThere(message)) return [...batch.open].forEach((ask) => void this.reachedNobody(ask));
    const text = payloadText(message.data);
    const answers = readAnswers(text);
    if (answers === undefined) {
      // The service could not take the message as a whole.
      const problem = Problem.fromBody(parseJson(text)?.value);
      return [...batch.open].forEach((ask) => void this.pending.reject(ask, problem));
    }
    for (const { id, status, body } of answers) {
      const ask = this.pending.get(id);
      if (ask === undefined || ask.batch !== batch) continue;
      if (status === 200) this.pending.resolve(ask, body);
      else this.pending.reject(ask, Problem.fromBody(body));
    }
  }

  /** Nobody got it, so sending it again cannot make it run twice; once, for a service that has just come back. */
  private reachedNobody(ask: PendingAsk): void {
    this.pending.leaveBatch(ask);
    if (!ask.mayRetry)
      return this.pending.reject(ask, new Problem('bus.unavailable', `nobody answers ${ask.outgoing.subject}`, 1));
    ask.mayRetry = false;
    this.enqueue(ask);
  }
}

/** NATS's own answer when a subject has no subscriber: status 503, no payload. */
function isNobodyThere(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === 503;
}

function unreadable(ask: PendingAsk): Problem {
  return new Problem('internal', `the answer of ${ask.outgoing.subject} is not JSON`);
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function unwrapRecord(data: unknown): { readonly data: unknown; readonly headers?: Record<string, string> } {
  if (!(data instanceof NatsRecord)) return { data };
  const given = data.headers as MsgHdrs | undefined;
  const headers = Object.fromEntries((given?.keys() ?? []).map((name) => [name, given?.get(name) ?? '']));
  return { data: data.data, headers };
}
