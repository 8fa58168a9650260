import { monotonicMs, systemClock } from '@countersign/clock';
import { judgeDate } from '@countersign/contracts';
import { type Bus, type Messenger, newAskContext } from '@countersign/messaging';
import type { Logger, Readiness } from '@countersign/observability';

/**
 * Whether a gateway can do its work: it is on the bus, and authentication, without which no request is let in, would
 * admit one that is dated now. Anybody may ask, so an answer is kept for a moment; the reasons are in the log.
 */
export class ReadinessProbe {
  private latest: { readonly until: number; readonly checks: Promise<Readiness> } | undefined;
  private isClosing = false;
  private told = 'up';

  constructor(
    private readonly bus: Pick<Bus, 'isUp'>,
    private readonly messenger: Pick<Messenger, 'ask'>,
    private readonly logger: Logger,
  ) {}

  /** From now on a balancer should look elsewhere. */
  close(): void {
    this.isClosing = true;
  }

  checks(): Promise<Readiness> {
    if (this.isClosing) return Promise.resolve({ gateway: 'down' });
    if (!this.bus.isUp()) return Promise.resolve({ bus: 'down', authentication: 'down' });
    const now = monotonicMs();
    if (this.latest === undefined || this.latest.until < now) {
      this.latest = { until: now + KEPT_MS, checks: this.askAuthentication() };
    }
    return this.latest.checks;
  }

  private async askAuthentication(): Promise<Readiness> {
    try {
      const context = newAskContext({ deadlineAt: monotonicMs() + DEADLINE_MS });
      const { isClaimable } = await this.messenger.ask(judgeDate, { signedAt: systemClock.now() }, context);
      this.tell(isClaimable ? 'up' : 'requests that are signed now cannot be claimed yet');
      return { bus: 'up', authentication: isClaimable ? 'up' : 'down' };
    } catch (error) {
      this.tell(error instanceof Error ? error.message : String(error));
      return { bus: 'up', authentication: 'down' };
    }
  }

  private tell(found: string): void {
    if (found === this.told) return;
    this.told = found;
    if (found === 'up') this.logger.warn('authentication is ready again');
    else this.logger.error({ reason: found }, 'not ready: authentication cannot let requests in');
  }
}

const KEPT_MS = 500;
const DEADLINE_MS = 1_500;
