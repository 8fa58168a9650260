/** "At this time of the database's clock (ms), JetStream had acknowledged all events up to this sequence." */
export interface Mark {
  readonly atMs: number;
  readonly sequence: number;
}

/**
 * What a server may forget when it loses power: JetStream writes its files out every two minutes by default, an
 * acknowledgement is no fsync (performance, section 7).
 */
export const forgetfulMs = 3 * 60_000;
const markEveryMs = 10_000;

/** Adds a mark when the last one is old enough, and drops those that no question can reach any more. */
export function withMark(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const last = marks.at(-1);
  if (last !== undefined && mark.atMs - last.atMs < markEveryMs) return marks;
  const settled = marks.findLastIndex((earlier) => mark.atMs - earlier.atMs >= forgetfulMs);
  return [...marks.slice(Math.max(0, settled)), mark];
}

/** Up to which sequence a server that forgot the last three minutes still has everything. */
export function settledSequence(marks: readonly Mark[], nowMs: number): number {
  return marks.findLast((mark) => nowMs - mark.atMs >= forgetfulMs)?.sequence ?? 0;
}

/** What of the marks still holds after the relay went back to `sequence`: later ones may be about forgotten events. */
export function marksUpTo(marks: readonly Mark[], sequence: number): readonly Mark[] {
  return marks.filter((mark) => mark.sequence <= sequence);
}
