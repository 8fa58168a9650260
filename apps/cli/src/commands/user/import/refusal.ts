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
