const lastCodePoint = 0x10ffff;
const surrogates = { first: 0xd800, last: 0xdfff };
/** After every key: the last code point, more often than a key has any (keys have 512 units at most). */
const afterAll = '\u{10ffff}'.repeat(600);

/**
 * The keys that begin with a folded prefix, as a range in the order of code points: at least `from`, below `end`. There
 * is always an end: a plan that is kept for any values could not use an index for one that may be absent.
 */
export function rangeOfPrefix(folded: string): { readonly from: string; readonly end: string } {
  return { from: folded, end: endOfPrefix(folded) ?? afterAll };
}

/**
 * The first text that comes after every text beginning with `prefix`, in the order of code points: what collation "C"
 * sorts UTF-8 by. So `key >= prefix and key < end` is a prefix search that one range of an index answers.
 * @returns `undefined` when nothing comes after them: the prefix is empty, or all of it is the last code point
 */
export function endOfPrefix(prefix: string): string | undefined {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.at(-1) === lastCodePoint) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return undefined;
  // UTF-8 has no surrogates: after U+D7FF comes U+E000
  const next = last + 1 === surrogates.first ? surrogates.last + 1 : last + 1;
  return String.fromCodePoint(...codePoints, next);
}
