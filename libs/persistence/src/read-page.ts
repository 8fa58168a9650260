/** Bytes of JSON that a page holds: half of what NATS carries in one message; the cursor and headers need room too. */
export const pageBytes = 512 * 1024;

/** Bytes of JSON that one thing alone may have to be handed out in a message at all. */
export const messageBytes = 1_000_000;

/** Rows of the first portion: a page of the usual size is read at once. */
const firstPortion = 101;

/**
 * Rows until `limit` of them, or so many as fit a message, are found, and one more if there is one. They are read in
 * portions that double: large rows make pages short, but not the reading long.
 * @param read at most so many rows after a row, in order; the first ones after `undefined`
 * @param sizeOf bytes of a row in the answer
 * @returns the rows, and how many of them the page shows: at least one if there is any
 */
export async function readPage<Row>(
  limit: number,
  read: (after: Row | undefined, limit: number) => Promise<readonly Row[]>,
  sizeOf: (row: Row) => number,
): Promise<{ readonly rows: readonly Row[]; readonly fitting: number }> {
  const found: Row[] = [];
  let bytes = 0;
  for (let portion = firstPortion; ; portion *= 2) {
    const wanted = Math.min(portion, limit + 1 - found.length);
    const rows = await read(found.at(-1), wanted);
    for (const row of rows) {
      found.push(row);
      bytes += sizeOf(row);
      if (found.length > limit || (found.length > 1 && bytes > pageBytes))
        return { rows: found, fitting: found.length - 1 };
    }
    if (rows.length < wanted) return { rows: found, fitting: found.length };
  }
}
