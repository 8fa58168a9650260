import { z } from 'zod';
import type { Invocation } from '../invocation.js';
import { systemCodeOf } from '../output/failure-of.js';
import { clockDifferenceMs } from './clock-difference.js';

const readiness = z.object({ status: z.string(), checks: z.record(z.string(), z.string()).default({}) });

/** What the gateway says about itself. */
export type GatewayState =
  | { readonly answers: false; readonly url: string; readonly reason: string }
  | {
      readonly answers: true;
      readonly url: string;
      readonly isReady: boolean;
      /** What it needs, each `up` or `down`. */
      readonly checks: Readonly<Record<string, string>>;
      readonly clockDifferenceMs: number | undefined;
    };

const longestMs = 5_000;

/** Asks `/readyz`. Never throws for a gateway that cannot be reached. */
export async function gatewayState({ configuration, clock }: Invocation): Promise<GatewayState> {
  const url = configuration.url();
  const sentAt = clock.now();
  try {
    const signal = AbortSignal.timeout(Math.min(configuration.timeoutMs(), longestMs));
    const response = await fetch(new URL('/readyz', url), { signal, redirect: 'error' });
    const receivedAt = clock.now();
    const body = readiness.safeParse(await response.json().catch(() => undefined));
    return {
      answers: true,
      url: url.origin,
      isReady: response.status === 200,
      checks: body.success ? body.data.checks : {},
      clockDifferenceMs: clockDifferenceMs(response.headers.get('date'), sentAt, receivedAt),
    };
  } catch (error) {
    return { answers: false, url: url.origin, reason: reasonOf(error) };
  }
}

/** Why an exchange over HTTP failed, in a few words. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Partial<Error>;
  if (name === 'TimeoutError') return 'no answer in time';
  return systemCodeOf(cause) ?? (cause as Partial<Error> | undefined)?.message ?? message ?? 'unknown';
}
