import { Problem } from '@countersign/contracts';
import type { z } from 'zod';

/** Comes before every id (RFC 9562, 5.9). */
export const nilUuid = '00000000-0000-0000-0000-000000000000';

/**
 * Position of the last row shown, as base64url JSON. The caller sends it back unchanged. It holds nothing that the page
 * itself did not show.
 */
export function writeCursor(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * The position in a cursor that was handed back; `undefined` for the first page.
 * @param shape what the list wrote: a cursor of another list, or one made up, must not reach a statement
 * @throws Problem `request.malformed`
 */
export function readCursor<Shape extends z.ZodType>(
  shape: Shape,
  cursor: string | undefined,
): z.output<Shape> | undefined {
  if (cursor === undefined) return undefined;
  const position = shape.safeParse(parsed(cursor));
  if (!position.success) throw new Problem('request.malformed', 'the cursor is not one of this list');
  return position.data;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A page, of rows that were read one more than it holds: whether there is more is known without a second look. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => readonly string[],
): { readonly rows: readonly Row[]; readonly next?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: shown };
  return { rows: shown, next: writeCursor(positionOf(last)) };
}
