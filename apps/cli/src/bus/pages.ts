import { largestPage } from '@countersign/contracts';
import type { GivenOptions } from '../configuration/given-options.js';
import { usageFault } from '../output/failure.js';
import type { Page } from '../output/streamed-list.js';

/** Which part of a list is wanted: all of it, or some after a place. */
export interface Extent {
  readonly limit: number | undefined;
  readonly after: string | undefined;
}

/** The flags of {@link extentOf}. */
export const extentFlags = [
  { flags: '--limit <number>', summary: 'most entries to list (default: all)' },
  { flags: '--after <cursor>', summary: 'continue after the page that returned this cursor' },
] as const;

/** @throws Failure for usage */
export function extentOf(given: GivenOptions): Extent {
  const text = given.text('limit');
  if (text !== undefined && !/^[1-9][0-9]{0,8}$/.test(text)) throw usageFault(`--limit ${text} is not a number from 1`);
  return { limit: text === undefined ? undefined : Number(text), after: given.text('after') };
}

/**
 * The pages of a list one after the other, none of them kept: for lists of any length.
 * @param readPage asks for at most so many items after a cursor
 */
export async function* eachPage<Item>(
  readPage: (after: string | undefined, limit: number) => Promise<Page<Item>>,
  { limit = Number.POSITIVE_INFINITY, after }: Extent = { limit: undefined, after: undefined },
): AsyncGenerator<Page<Item>> {
  let left = limit;
  let cursor = after;
  do {
    const page = await readPage(cursor, Math.min(left, largestPage));
    yield page;
    left -= page.items.length;
    cursor = page.next;
  } while (cursor !== undefined && left > 0);
}

/** All items of a list of bounded length, in order. */
export async function allItems<Item>(
  readPage: (after: string | undefined, limit: number) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const { items } of eachPage(readPage)) all.push(...items);
  return all;
}
