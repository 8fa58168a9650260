import { monotonicMs, systemClock } from '@countersign/clock';
import { judgeDate } from '@countersign/contracts';
import { Bus, Messenger, newAskContext } from '@countersign/messaging';
import type { Readiness } from '@countersign/observability';
import { Injectable } from '@nestjs/common';

/**
 * Whether a gateway can do its work: it is on the bus, and authentication, without which no request is let in, would
 * admit one that is dated now. Anybody may ask, so an answer is kept for a moment.
 */
@Injectable()
export class ReadinessProbe {
  private latest: { readonly until: number; readonly checks: Promise<Readiness> } | undefined;
  private isClosing = false;

  constructor(
    private readonly bus: Bus,
    private readonly messenger: Messenger,
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
      return { bus: 'up', authentication: isClaimable ? 'up' : 'down' };
    } catch {
      return { bus: 'up', authentication: 'down' };
    }
  }
}

const KEPT_MS = 500;
const DEADLINE_MS = 1_500;
