/**
 * How far the gateway's clock is ahead of ours, in milliseconds, from the `Date` header of an answer. The header has
 * whole seconds and was made somewhere between sending and receiving: what can be explained by both is no difference.
 * @returns undefined when there is no such header or it is no date
 */
export function clockDifferenceMs(date: string | null, sentAtMs: number, receivedAtMs: number): number | undefined {
  const earliest = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(earliest)) return undefined;
  const latest = earliest + 999;
  if (latest < sentAtMs) return latest - sentAtMs;
  if (earliest > receivedAtMs) return earliest - receivedAtMs;
  return 0;
}
