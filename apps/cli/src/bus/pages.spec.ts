import { describe, expect, it } from '@jest/globals';
import type { Page } from '../output/streamed-list.js';
import { allItems, eachPage } from './pages.js';

const letters = [...'abcdefg'];
/** Pages of at most three, whatever was asked for; what was asked is noted. */
function paged(asked: unknown[]) {
  return async (after: string | undefined, limit: number): Promise<Page<string>> => {
    asked.push([after, limit]);
    const from = Number(after ?? 0);
    const to = Math.min(from + Math.min(limit, 3), letters.length);
    return { items: letters.slice(from, to), ...(to < letters.length ? { next: String(to) } : {}) };
  };
}

describe('a list that is answered in pages', () => {
  it('is read to its end, each page after the cursor of the one before', async () => {
    const asked: unknown[] = [];
    expect(await allItems(paged(asked))).toEqual(letters);
    expect(asked).toEqual([
      [undefined, 1000],
      ['3', 1000],
      ['6', 1000],
    ]);
  });

  it('is read no further than was asked for, and hands out the cursor to go on with', async () => {
    const asked: unknown[] = [];
    const pages: Page<string>[] = [];
    for await (const page of eachPage(paged(asked), { limit: 4, after: '1' })) pages.push(page);
    expect(pages).toEqual([
      { items: ['b', 'c', 'd'], next: '4' },
      { items: ['e'], next: '5' },
    ]);
    expect(asked).toEqual([
      ['1', 4],
      ['4', 1],
    ]);
  });
});
