import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import type { OwningService, Principal } from '@countersign/contracts';
import type { Subscription } from '@nats-io/transport-node';
import type { Bus } from '../connection/bus.js';
import { isInboxOf } from '../wire/reply-inbox.js';
import { probeSubjectOf } from '../wire/subjects.js';
import type { Admission } from './admission.js';

/**
 * Tells an asker whose answers are overdue that this replica lives, and which of its asks it holds. The bus hands on in
 * order what an asker sends, so that an ask that this replica was handed before is read before the question.
 */
export class Liveness {
  /** Names this process: a token of a subject. */
  readonly replica = uuidv7(systemClock, systemRandomness);
  private readonly subscriptions: Subscription[] = [];
  private isLeaving = false;

  constructor(
    private readonly bus: Bus,
    private readonly service: OwningService,
    private readonly admission: Admission,
  ) {}

  /** @param refused told when the bus does not permit it */
  answer(asker: Principal, refused: Error[]): void {
    const subscription = this.bus.connection.subscribe(probeSubjectOf(this.service, asker), {
      callback: (error, message) => {
        if (error !== null) refused.push(error);
        else if (isInboxOf(asker, message.reply, this.service)) message.respond(this.stateFor(message.reply));
      },
    });
    this.subscriptions.push(subscription);
  }

  /** From now on it says what it holds, and takes nothing more. */
  leave(): void {
    this.isLeaving = true;
  }

  stop(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  /** All answers to one asker arrive below one prefix: it is told of its own asks only. */
  private stateFor(reply: string): string {
    const holds = this.admission.heldBelow(reply.slice(0, reply.lastIndexOf('.') + 1));
    return JSON.stringify(this.isLeaving ? { holds } : { replica: this.replica, holds });
  }
}
