import { foldName } from '@countersign/contracts';

/** UTF-16 units. A key has to fit a third of an index page; names of people that only differ after that are rare. */
const longestKey = 128;

/**
 * A text as it is searched and sorted: folded, of which the first 128 units are kept.
 * @returns null when there is nothing to compare
 */
export function searchKeyOf(text: string | undefined): string | null {
  return text === undefined ? null : shortened(foldName(text)) || null;
}

/** As much of a folded text as a key holds: a longer prefix finds all whose key begins with this much of it. */
export function shortened(folded: string): string {
  if (folded.length <= longestKey) return folded;
  // PostgreSQL stores no half of a pair
  const end = /[\ud800-\udbff]/.test(folded.charAt(longestKey - 1)) ? longestKey - 1 : longestKey;
  return folded.slice(0, end);
}
