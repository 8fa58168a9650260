/**
 * How far the horizon is moved ahead of the clock. Claims dated past it cost a write to the disk; after a crash dates
 * up to it are refused, so that this is also about how long a fresh request then waits.
 */
export const horizonLeadSeconds = 2;

/**
 * The largest skew that can be set. How far ahead dates may have been claimed is judged by it: another replica, or an
 * earlier run, may have allowed more than this one does.
 */
export const longestSkewSeconds = 900;

/**
 * `nothing-claimed`: nothing is refused. `horizon`: dates up to the horizon may be forgotten. `everything`: so may any
 * date that could have been claimed until now.
 */
export type Barrier = 'nothing-claimed' | 'horizon' | 'everything';

/**
 * What a store without an epoch may have forgotten:
 *
 * 1. no store row: no claim was ever made here
 * 2. the same store on the same timeline: it crashed, and kept what it had committed to logged tables
 * 3. another timeline: a standby was promoted; unless every commit waited for it, the tail of the logged tables may be
 *    missing, and with it dates up to the largest settable skew ahead
 * 4. another store: a dump was restored; what was claimed since it was taken is not known
 */
export function chooseBarrier(
  known: { readonly isSameStore: boolean; readonly isSameTimeline: boolean } | undefined,
  isStandbySynchronous: boolean,
): Barrier {
  if (known === undefined) return 'nothing-claimed';
  if (!known.isSameStore) return 'everything';
  return known.isSameTimeline || isStandbySynchronous ? 'horizon' : 'everything';
}
