import { monotonicMs, systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { Problem, type RefusalReason, type RequestInput, reportRefusals } from '@countersign/contracts';
import { type Messenger, newAskContext } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';

type Report = RequestInput<typeof reportRefusals>['refusals'][number];

/**
 * Sums up what is refused for known applications and reports it every few seconds, so that a flood of refusals is a
 * few rows of the trail. Bounded: past the limit addresses are no longer told apart. A report whose answer got lost is
 * sent again under the same key, so that it is recorded once.
 */
export class Refusals {
  private readonly counts = new Map<string, Report>();
  private unsent: { readonly idempotencyKey: string; readonly refusals: readonly Report[] } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;

  constructor(
    private readonly messenger: Pick<Messenger, 'ask'>,
    private readonly logger: Logger,
  ) {}

  start(everySeconds: number): void {
    this.timer = setInterval(() => void this.flush(), everySeconds * 1_000);
    this.timer.unref();
  }

  /** Counts one refusal. */
  add(applicationId: string, reason: RefusalReason, address: string): void {
    const told = this.counts.size < MOST_REPORTS ? address : '';
    const key = `${applicationId} ${reason} ${told}`;
    const present = this.counts.get(key);
    if (present !== undefined) present.count += 1;
    else if (this.counts.size < 2 * MOST_REPORTS) {
      this.counts.set(key, { applicationId, reason, count: 1, ...(told === '' ? {} : { address: told }) });
    }
  }

  /** Sends what has been counted; keeps it for the next time if that fails. Never rejects. */
  flush(): Promise<void> {
    this.sending ??= this.send().finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async send(): Promise<void> {
    this.unsent ??= this.take();
    if (this.unsent === undefined) return;
    const { idempotencyKey, refusals } = this.unsent;
    try {
      const context = newAskContext({ idempotencyKey, deadlineAt: monotonicMs() + 2_000 });
      await this.messenger.ask(reportRefusals, { refusals: [...refusals] }, context);
      this.unsent = undefined;
    } catch (error) {
      // What authentication will never take must not keep it from hearing the rest.
      const isHopeless = error instanceof Problem && error.status < 500;
      if (isHopeless) this.unsent = undefined;
      this.logger.warn({ err: error, refusals: refusals.length, isHopeless }, 'refusals could not be reported');
    }
  }

  private take(): { readonly idempotencyKey: string; readonly refusals: readonly Report[] } | undefined {
    if (this.counts.size === 0) return undefined;
    const refusals: Report[] = [];
    for (const [key, report] of this.counts) {
      if (refusals.length >= MOST_REPORTS) break;
      refusals.push(report);
      this.counts.delete(key);
    }
    return { idempotencyKey: uuidv7(systemClock, systemRandomness), refusals };
  }
}

/** As many as one message takes. */
const MOST_REPORTS = 500;
