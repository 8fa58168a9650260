import {
  type Operation,
  type Principal,
  type ReplyOf,
  type RequestInput,
  runningServices,
  services,
} from '@countersign/contracts';
import { askSubjectOf } from '@countersign/messaging';
import { createInbox, headers, type Msg } from '@nats-io/transport-node';
import { BusUser } from './bus-user.js';
import type { RunningPlatform } from './platform.js';

/** What came back: a reply, or the code of a refusal. */
export interface BusAnswer {
  readonly code: string | undefined;
  readonly body: unknown;
}

/** Who asks an operation today: a planned service has no user of the bus yet. */
export function askersOf({ askedBy }: Operation): readonly Principal[] {
  const isAmong = (list: readonly string[], asker: Principal) => list.includes(asker);
  return askedBy.filter((asker) => !isAmong(services, asker) || isAmong(runningServices, asker));
}

const withinMs = 20_000;
let lastAsk = 0;

/** Every principal of the bus with the client library of NATS alone: what a thief of its credentials could send. */
export class BusAskers {
  private readonly users = new Map<Principal, Promise<BusUser>>();

  constructor(private readonly platform: RunningPlatform) {}

  /** @throws Error when it is refused */
  async ask<O extends Operation>(asker: Principal, operation: O, request: RequestInput<O>): Promise<ReplyOf<O>> {
    const { code, body } = await this.send(asker, operation, request);
    if (code !== undefined) throw new Error(`${operation.subject} was refused: ${JSON.stringify(body)}`);
    return body as ReplyOf<O>;
  }

  send(asker: Principal, operation: Operation, request: unknown): Promise<BusAnswer> {
    return this.sendText(asker, operation, JSON.stringify(request));
  }

  /** @param beside headers of the message */
  async sendText(
    asker: Principal,
    operation: Operation,
    text: string,
    beside: Readonly<Record<string, string>> = {},
  ): Promise<BusAnswer> {
    const { connection } = await this.user(asker);
    const marks = headers();
    for (const [name, value] of Object.entries(beside)) marks.set(name, value);
    const message = await connection.request(askSubjectOf(operation.subject, asker), text, {
      timeout: withinMs,
      noMux: true,
      reply: inboxOf(asker, operation.service),
      headers: marks,
    });
    return answerIn(message.json(), (message.headers?.get('Nats-Service-Error-Code') ?? '') !== '');
  }

  /** Asks many things in one message; the answers in the order of the requests. */
  async sendTogether(
    asker: Principal,
    operation: Operation,
    requests: readonly unknown[],
    shared: Readonly<Record<string, string>> = {},
  ): Promise<readonly BusAnswer[]> {
    const { connection } = await this.user(asker);
    const reply = inboxOf(asker, operation.service);
    const answers = new Map<number, BusAnswer>();
    const subscription = connection.subscribe(reply);
    const marks = headers();
    for (const [name, value] of Object.entries({ ...shared, 'Countersign-Batch': `${requests.length}` })) {
      marks.set(name, value);
    }
    const items = requests.map((b, id) => ({ id, h: {}, b }));
    connection.publish(askSubjectOf(operation.subject, asker), JSON.stringify(items), { reply, headers: marks });
    const late = setTimeout(() => subscription.unsubscribe(), withinMs);
    for await (const message of subscription) {
      for (const { id, s, b } of batchIn(message)) answers.set(id, answerIn(b, s !== 200));
      if (answers.size >= requests.length) break;
    }
    clearTimeout(late);
    return requests.map((_, id) => answers.get(id) ?? { code: 'no answer', body: undefined });
  }

  async close(): Promise<void> {
    for (const user of this.users.values()) await (await user).close();
  }

  user(asker: Principal): Promise<BusUser> {
    const known = this.users.get(asker);
    if (known !== undefined) return known;
    const url = asker === 'operator' ? this.platform.demo.natsUrl : this.platform.environmentOf(asker)['NATS_URL'];
    const user = BusUser.connect(url ?? '', asker === 'operator' ? undefined : `_INBOX_${asker}`);
    this.users.set(asker, user);
    return user;
  }
}

/** Where a service may answer a principal. */
function inboxOf(asker: Principal, service: string): string {
  lastAsk += 1;
  return asker === 'operator' ? createInbox() : `_INBOX_${asker}.${service}.x.${process.pid}.${lastAsk}`;
}

function answerIn(body: unknown, isRefused: boolean): BusAnswer {
  return { code: isRefused ? String((body as { code?: unknown } | null)?.code) : undefined, body };
}

function batchIn(message: Msg): readonly { readonly id: number; readonly s: number; readonly b: unknown }[] {
  return message.json();
}
