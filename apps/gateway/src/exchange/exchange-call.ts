import { monotonicMs } from '@countersign/clock';
import type { Messenger } from '@countersign/messaging';
import { type JsonObject, readJsonObject } from '../http/json-body.js';
import type { Application } from './application.js';
import { askContext } from './arrival.js';
import type { Call, Endpoint } from './endpoint.js';
import type { Exchange } from './exchange.js';
import { parseBody } from './parse-body.js';
import type { Credential } from './scheme.js';

/** What the handler of an endpoint sees of an exchange, and the only way in which it can ask. */
export class ExchangeCall implements Call {
  constructor(
    private readonly exchange: Exchange,
    private readonly endpoint: Endpoint,
    private readonly credential: Credential,
    private readonly messenger: Pick<Messenger, 'ask'>,
    private readonly deadlineMs: number,
  ) {}

  get form(): string {
    return this.exchange.served?.route.form ?? '';
  }

  get params(): Readonly<Record<string, string | undefined>> {
    return this.exchange.params;
  }

  get query(): string {
    return this.exchange.target.query;
  }

  get application(): Application {
    if (this.exchange.application === undefined) throw new Error('the request is not verified');
    return this.exchange.application;
  }

  get realm(): string {
    return this.application.realm;
  }

  json(): JsonObject {
    const { body, head } = this.exchange;
    return readJsonObject(body, head.headers['content-encoding']);
  }

  body(): unknown {
    if (this.endpoint.body === undefined) throw new Error(`${this.endpoint.name} declares no body`);
    return parseBody(this.endpoint.body.schema, this.json());
  }

  noteSubject(shown: string): void {
    this.exchange.subject = shown;
  }

  /** The credential names the request: a handler whose asker gave up still runs once (guarantee G1). */
  async ask(request: unknown): Promise<unknown> {
    const { applicationId, idempotencyKey } = this.credential;
    const deadlineAt = monotonicMs() + this.deadlineMs;
    const context = askContext(this.exchange, applicationId, idempotencyKey, deadlineAt);
    const reply = await this.messenger.ask(this.endpoint.operation, request, context);
    await this.exchange.admission;
    return reply;
  }
}
