import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageBytes, readPage } from './read-page.js';

/** A list of rows of these sizes, and how many of its rows were read. */
function listOf(sizes: readonly number[]) {
  const all = sizes.map((size, place) => ({ size, place }));
  const reads: number[] = [];
  return {
    reads,
    page: (limit: number) =>
      readPage(
        limit,
        async (after: (typeof all)[number] | undefined, most) => {
          const from = after === undefined ? 0 : after.place + 1;
          const rows = all.slice(from, from + most);
          reads.push(rows.length);
          return rows;
        },
        ({ size }) => size,
      ),
  };
}

describe('a page', () => {
  it('shows the first rows as long as they fit, at least one, and knows of one more', async () => {
    const sizes = fc.array(fc.constantFrom(1, 1_000, 100_000, pageBytes, 2 * pageBytes), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 250 }), async (list, limit) => {
        const { rows, fitting } = await listOf(list).page(limit);
        const isFitting = (count: number) =>
          count <= Math.min(limit, list.length) &&
          (count <= 1 || list.slice(0, count).reduce((sum, size) => sum + size, 0) <= pageBytes);
        expect([isFitting(fitting), isFitting(fitting + 1)]).toEqual([true, false]);
        expect(rows.slice(0, fitting).map(({ place }) => place)).toEqual(
          Array.from({ length: fitting }, (_, at) => at),
        );
        expect(rows.length > fitting).toBe(list.length > fitting);
      }),
    );
  });

  it('of large rows reads about as many as it shows, not as many as it was asked for', async () => {
    const list = listOf(Array(5_000).fill(40_000));
    expect((await list.page(1_000)).fitting).toBe(Math.floor(pageBytes / 40_000));
    expect(list.reads).toEqual([101]);
  });

  it('of small rows takes few reads', async () => {
    const list = listOf(Array(5_000).fill(100));
    expect((await list.page(1_000)).fitting).toBe(1_000);
    expect(list.reads).toEqual([101, 202, 404, 294]);
  });
});
