import { isProblemCode, type ProblemCode } from '@countersign/contracts';
import { z } from 'zod';

/** Why a record was not taken, without any value of it. */
const reason = z.strictObject({
  line: z.int().min(0),
  problem: z.custom<ProblemCode>(isProblemCode),
  detail: z.string().exactOptional(),
  /** What stands there and is no JSON object: as text, or as Base64 where it is no text. */
  text: z.string().exactOptional(),
  base64: z.string().exactOptional(),
});

/** A record that was not taken. */
export interface Refusal extends Readonly<z.output<typeof reason>> {
  readonly userId?: string;
  /** The record whole, as JSON of an object. */
  readonly record?: string;
}

/** The member of a record by which a file of refusals says why it was refused; an import passes over it. */
export const refusedMember = 'refused';

/** A line of a file of refusals: the record with why it was refused in front, so that it can be mended and imported. */
export function lineOf({ record = '{}', userId: _, ...why }: Refusal): string {
  const front = JSON.stringify({ [refusedMember]: why });
  const members = record.trim().slice(1, -1).trim();
  return members === '' ? front : `${front.slice(0, -1)},${members}}`;
}

/** The refusal that a line of JSON tells of; `undefined` when it is none. */
export function refusalIn(line: string): Refusal | undefined {
  try {
    const { [refusedMember]: why, userId } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const parsed = reason.safeParse(why).data;
    return parsed && { ...parsed, ...(typeof userId === 'string' ? { userId } : {}) };
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

/** An existing user that differs from the record. */
export interface Difference {
  readonly line: number;
  readonly userId: string;
  /** The fields, where they are known. */
  readonly detail?: string | undefined;
}

/** What became of one chunk. */
export interface ChunkResult {
  /** Bytes of the file up to its end. */
  readonly end: number;
  readonly tally: Tally;
  readonly refusals: readonly Refusal[];
  readonly differences: readonly Difference[];
}
