import type { Problem } from '@countersign/contracts';

/** A refusal whose work is kept: what was counted or noted while refusing is committed. */
export class Refused {
  constructor(readonly problem: Problem) {}
}

/**
 * What a unit of work returns to refuse and still commit (a failed attempt that has to count, and its event).
 * A thrown `Problem` rolls everything back.
 */
export function refuse(problem: Problem): Refused {
  return new Refused(problem);
}
