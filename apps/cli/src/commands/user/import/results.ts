import { isProblemCode, type ProblemCode } from '@countersign/contracts';
import { z } from 'zod';

/** A record that was not taken, as it is written down; it never holds a value beside the user id. */
export const refusal = z.strictObject({
  line: z.int().min(0),
  userId: z.string().exactOptional(),
  problem: z.custom<ProblemCode>(isProblemCode),
  detail: z.string().exactOptional(),
});
export type Refusal = Readonly<z.output<typeof refusal>>;

/** The refusal that a line of JSON is; `undefined` when it is none. */
export function refusalIn(line: string): Refusal | undefined {
  try {
    return refusal.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** What became of records. */
export interface Tally {
  readonly created: number;
  readonly updated: number;
  readonly same: number;
  readonly different: number;
  readonly refused: number;
}

export const emptyTally: Tally = Object.freeze({ created: 0, updated: 0, same: 0, different: 0, refused: 0 });

export function added(one: Tally, other: Tally): Tally {
  return {
    created: one.created + other.created,
    updated: one.updated + other.updated,
    same: one.same + other.same,
    different: one.different + other.different,
    refused: one.refused + other.refused,
  };
}

/** All records of which it is known what became of them. */
export function readIn({ created, updated, same, different, refused }: Tally): number {
  return created + updated + same + different + refused;
}

/** What became of one chunk. */
export interface ChunkResult {
  /** Bytes of the file up to its end. */
  readonly end: number;
  readonly tally: Tally;
  readonly refusals: readonly Refusal[];
}
