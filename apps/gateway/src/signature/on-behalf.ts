import { monotonicMs } from '@countersign/clock';
import type { Operation, ReplyOf, RequestInput } from '@countersign/contracts';
import type { Messenger } from '@countersign/messaging';
import type { Exchange } from './exchange.js';
import { askContext, claimKeyOf } from './replay.js';

/**
 * Asks services what a verified request wants. The claim key travels as the idempotency key: a handler whose asker
 * gave up still runs once (guarantee G1).
 */
export class OnBehalf {
  constructor(
    private readonly messenger: Pick<Messenger, 'ask'>,
    private readonly deadlineMs: number,
  ) {}

  /** @throws Problem */
  ask<O extends Operation>(exchange: Exchange, operation: O, request: RequestInput<O>): Promise<ReplyOf<O>> {
    const { application, proof } = exchange;
    if (application === undefined || proof === undefined) throw new Error('the request is not verified');
    const { applicationId } = application;
    const idempotencyKey = claimKeyOf(applicationId, proof.macText);
    const asked = askContext(exchange, applicationId, idempotencyKey, monotonicMs() + this.deadlineMs);
    return this.messenger.ask(operation, request, asked);
  }
}
