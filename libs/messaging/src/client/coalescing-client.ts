import { monotonicMs, systemRandomness } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import type { Msg, Subscription } from '@nats-io/transport-node';
import type { Bus } from '../connection/bus.js';
import { readAnswers } from '../wire/batch-wire.js';
import { headerNames, isIdempotencyKey } from '../wire/message-headers.js';
import { bodyRoom, payloadText } from '../wire/payload.js';
import { askSubjectOf } from '../wire/subjects.js';
import { AskPublisher } from './ask-publisher.js';
import { type OutgoingAsk, type PendingAsk, PendingAsks, type SentBatch } from './pending-asks.js';
import { ReplicaProbes } from './replica-probes.js';

const defaultMaxPending = 16_384;
/** The longest an ask may wait, even if its context allows more. */
const longestWaitMs = 60_000;

/**
 * The asking side of one connection: one subscription receives all answers, one timer watches all deadlines, and
 * what one event-loop turn asks leaves together: two or more waiting asks of a subject share one batch message,
 * messages of several subjects share one socket write. The cost of a hop is its socket writes and wake-ups, not its
 * bytes. A lone ask is a plain message and is sent at once.
 */
export class CoalescingClient {
  private readonly pending = new PendingAsks(
    (ask) => this.replicas.probe(ask),
    (ask) => new Problem('bus.deadline', `no answer from ${ask.outgoing.subject} in time`),
  );
  private readonly publisher: AskPublisher;
  private readonly replicas: ReplicaProbes;
  private readonly answerPrefixes = new Map<string, string>();
  /** Tells this process's answers from those of its replicas. */
  private readonly nonce = systemRandomness.bytes(9).toString('base64url');
  private inbox: Subscription | undefined;

  /** @param maxPending asks waiting for an answer at once; one more is refused at once (guarantee G8) */
  constructor(
    private readonly bus: Bus,
    private readonly maxPending = defaultMaxPending,
  ) {
    this.replicas = new ReplicaProbes(bus, this.pending, (ask, replica) => this.publisher.repeat(ask, replica));
    this.publisher = new AskPublisher(bus, this.pending, (service) => this.replicas.next(service));
    bus.onDown(() => this.pending.rejectAll(() => new Problem('bus.unavailable', 'connection lost while waiting')));
    bus.onPublishRefused((subject) =>
      this.pending.rejectAll(
        () => new Problem('bus.not_permitted', `${bus.user} may not publish ${subject}`),
        (ask) => askSubjectOf(ask.outgoing.subject, bus.user, ask.replica) === subject,
      ),
    );
  }

  /** How many asks wait for their answer. */
  get pendingCount(): number {
    return this.pending.size;
  }

  /**
   * Sends a request and answers the reply's body.
   * @throws Problem always before `context.deadlineAt`: `bus.deadline`, `bus.unavailable` (not connected, or no
   * subscriber of this subject), `bus.overloaded`, `request.too_large`, `bus.not_permitted`, or what the service refused
   */
  ask(outgoing: OutgoingAsk): Promise<unknown> {
    const refusal = this.refuse(outgoing);
    if (refusal !== undefined) return Promise.reject(refusal);
    this.inbox ??= this.subscribeInbox();
    return new Promise((resolve, reject) => {
      const answerPrefix = this.answerPrefix(outgoing.service);
      const now = monotonicMs();
      const deadlineAt = Math.min(outgoing.context.deadlineAt, now + longestWaitMs);
      const ask = this.pending.add({ outgoing, answerPrefix, resolve, reject, deadlineAt }, now);
      this.publisher.enqueue(ask);
    });
  }

  private refuse({ subject, body, context }: OutgoingAsk): Problem | undefined {
    if (!this.bus.isUp()) return new Problem('bus.unavailable', 'not connected');
    if (!(context.deadlineAt > monotonicMs())) return new Problem('bus.deadline', `${subject} was asked too late`);
    if (!isIdempotencyKey(context.idempotencyKey))
      return new Problem('request.malformed', 'idempotency key is not 1 to 200 visible ASCII characters');
    if (this.pending.size >= this.maxPending)
      return new Problem('bus.overloaded', `${this.pending.size} asks are waiting`, 1);
    const bytes = Buffer.byteLength(body);
    const room = bodyRoom(this.bus.connection);
    if (bytes > room) return new Problem('request.too_large', `${bytes} bytes, at most ${room} fit a message`);
    return undefined;
  }

  /**
   * `<inbox>.<service>.<nonce>.<secret>.`: the secret is the service's own, so that no other service can name the
   * subject where its answers are awaited, not even by way of JetStream, which answers to any subject it is given.
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
        if (error === null) this.receive(message);
        else this.inboxRefused();
      },
    });
  }

  private inboxRefused(): void {
    this.inbox = undefined;
    this.pending.rejectAll(() => new Problem('bus.not_permitted', `${this.bus.user} may not hear its inbox`));
  }

  /** A message that names no ask of ours, or arrives at another prefix than the ask waits at, is dropped. */
  private receive(message: Msg): void {
    const { subject } = message;
    const cut = subject.lastIndexOf('.') + 1;
    const prefix = subject.slice(0, cut);
    const token = subject.slice(cut);
    const batch = this.pending.batch(token);
    const ask = this.pending.get(Number(token));
    if (batch !== undefined) {
      if (batch.answerPrefix === prefix) this.receiveBatch(batch, message);
    } else if (ask !== undefined && ask.answerPrefix === prefix) {
      this.receiveSingle(ask, message);
    } else this.replicas.receive(message);
  }

  private receiveSingle(ask: PendingAsk, message: Msg): void {
    if (hasNoSubscriber(message)) {
      this.resendOrReject(ask);
      return;
    }
    const body = parseJson(payloadText(message.data));
    const isRefusal = message.headers?.has(headerNames.errorCode) ?? false;
    if (body === undefined)
      this.pending.reject(ask, new Problem('internal', `the answer of ${ask.outgoing.subject} is not JSON`));
    else if (isRefusal) this.pending.reject(ask, Problem.fromBody(body.value));
    else this.pending.resolve(ask, body.value);
  }

  private receiveBatch(batch: SentBatch, message: Msg): void {
    if (hasNoSubscriber(message)) {
      for (const ask of [...batch.open]) this.resendOrReject(ask);
      return;
    }
    const text = payloadText(message.data);
    const answers = readAnswers(text);
    if (answers === undefined) this.batchRefused(batch, text);
    for (const { id, status, body } of answers ?? []) {
      const ask = this.pending.get(id);
      if (ask === undefined || ask.batch !== batch) continue;
      if (status === 200) this.pending.resolve(ask, body);
      else this.pending.reject(ask, Problem.fromBody(body));
    }
  }

  /** The service could not take the message as a whole. */
  private batchRefused(batch: SentBatch, text: string): void {
    const problem = Problem.fromBody(parseJson(text)?.value);
    for (const ask of [...batch.open]) this.pending.reject(ask, problem);
  }

  /** No service received it, so sending it again cannot make it run twice. It is sent once more, for a service that restarts. */
  private resendOrReject(ask: PendingAsk): void {
    const { replica } = ask;
    if (replica !== undefined) this.replicas.forget(ask.outgoing.service, replica);
    // a service had it and may still answer
    if (ask.isRepeated) {
      ask.isRepeated = false;
      this.replicas.probe(ask);
      return;
    }
    this.pending.leaveBatch(ask);
    // `forget` removed this replica, so this ends when none is left
    if (replica !== undefined) this.publisher.enqueue(ask);
    else if (ask.mayRetry) {
      ask.mayRetry = false;
      this.publisher.enqueue(ask);
    } else this.pending.reject(ask, new Problem('bus.unavailable', `no service answers ${ask.outgoing.subject}`, 1));
  }
}

/** NATS's own answer when a subject has no subscriber: status 503, no payload. */
function hasNoSubscriber(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === 503;
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
