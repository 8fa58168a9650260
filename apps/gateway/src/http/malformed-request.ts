import type { GeneralOutcome } from './answer.js';

/**
 * A verified request whose meaning cannot be read. `reason` is shown to the caller: what was expected, no values;
 * where there is an `outcome`, its answer is given instead.
 */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';

  constructor(
    readonly reason: string,
    readonly outcome?: GeneralOutcome,
  ) {
    super(reason);
  }
}
