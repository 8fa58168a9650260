const lastCodePoint = 0x10ffff;
const surrogates = { first: 0xd800, last: 0xdfff };

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
