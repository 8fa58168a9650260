import type { RunningService } from '@countersign/contracts';
import { type Finding, ok, skipped, warning } from './finding.js';

/** What the clock of a service's database showed. */
export interface ClockReading {
  readonly service: RunningService;
  readonly clockMs: number;
  /** Between these two times of the clock here. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Above this difference, changes that span two services may be refused or take effect late. */
const mostApartMs = 1_000;
const name = 'clocks of databases';

/**
 * Whether the databases keep the same time: each judges the bound of a change by its own clock (docs/adr/0026-not-after.md).
 * What the time on the way can explain is no difference.
 */
export function databaseClocksCheck(readings: readonly ClockReading[]): Finding {
  if (readings.length < 2) return skipped(name, 'fewer than two databases were read');
  const bounds = readings.map(({ service, clockMs, askedAt, answeredAt }) => ({
    service,
    leastLead: clockMs - answeredAt,
    mostLead: clockMs - askedAt,
  }));
  const ahead = bounds.reduce((one, other) => (other.leastLead > one.leastLead ? other : one));
  const behind = bounds.reduce((one, other) => (other.mostLead < one.mostLead ? other : one));
  const apartMs = Math.max(0, Math.round(ahead.leastLead - behind.mostLead));
  if (apartMs <= mostApartMs) return ok(name, 'they keep the same time, to the second');
  return warning(
    name,
    `that of ${ahead.service} is ${apartMs} ms ahead of that of ${behind.service}`,
    'set both by NTP: changes that span both services are refused, or made late',
  );
}
