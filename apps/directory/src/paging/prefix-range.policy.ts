import { endOfPrefix } from './prefix.policy.js';

const finalSigma = '\u03c2';
const sigma = '\u03c3';
/** After every key: the last code point, more often than a key has any (keys have 512 units at most). */
const afterAll = '\u{10ffff}'.repeat(600);

/**
 * The keys that begin with a folded prefix, as a range in the order of code points: at least `from`, below `end`. There
 * is always an end: a plan that is kept for any values could not use an index for one that may be absent.
 *
 * Folding writes a sigma at the end of a word its own way, and where a prefix ends the word may go on: both are meant.
 * They are neighbours among the code points, so that it is still one range.
 */
export function rangeOfPrefix(folded: string): { readonly from: string; readonly end: string } {
  const last = folded.endsWith(finalSigma) ? `${folded.slice(0, -1)}${sigma}` : folded;
  return { from: folded, end: endOfPrefix(last) ?? afterAll };
}
