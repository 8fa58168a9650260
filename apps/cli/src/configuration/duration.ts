import { usageFault } from '../output/failure.js';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const shape = /^([0-9]{1,9})(ms|s|m|h|d)$/;
const longestMs = 366 * 86_400_000;

/**
 * Milliseconds of a text such as `500ms`, `30s`, `5m`, `24h`, `7d`. A number without a unit is refused but for `0`: it
 * would be read as seconds by one half of people and as milliseconds by the other.
 * @throws Failure for usage, naming the option
 */
export function parseDuration(text: string, option: string): number {
  if (text === '0') return 0;
  const [, digits, unit] = shape.exec(text) ?? [];
  const factor = unit === undefined ? undefined : unitMs[unit];
  if (digits === undefined || factor === undefined) {
    throw usageFault(`${option} ${text} is not a duration`, 'write it as 500ms, 30s, 5m, 24h or 7d');
  }
  const ms = Number(digits) * factor;
  if (ms > longestMs) throw usageFault(`${option} ${text} is longer than a year`);
  return ms;
}

/** The same, which also must be longer than nothing: for waits. */
export function parseTimeout(text: string, option: string): number {
  const ms = parseDuration(text, option);
  if (ms === 0)
    throw usageFault(`${option} 0 would wait for nothing`, 'every wait has a deadline; write one such as 30s');
  return ms;
}
