/** Figures move by a quarter on a shared machine: the middle of several rounds is shown, with the least and the most. */

/**
 * @param {readonly number[]} values at least one
 * @returns {number} the middle value; of an even count the mean of the two in the middle
 */
export function median(values) {
  if (values.length === 0) throw new RangeError('median of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @param {Float64Array | readonly number[]} sorted ascending, at least one
 * @param {number} share 0.99 for p99
 * @returns {number} the smallest value that `share` of all values do not exceed (nearest rank)
 */
export function percentile(sorted, share) {
  if (sorted.length === 0) throw new RangeError('percentile of no values');
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/**
 * @typedef {{ readonly median: number, readonly least: number, readonly most: number }} Summary
 * @param {readonly number[]} values
 * @returns {Summary}
 */
export function summarise(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}
