import { endOfPrefix } from './prefix.policy.js';

const finalSigma = '\u03c2';
const sigma = '\u03c3';

/**
 * The keys that begin with a folded prefix, as a range in the order of code points: at least `from`, below `end`
 * (`null`: no bound).
 *
 * Folding writes a sigma at the end of a word its own way, and where a prefix ends the word may go on: both are meant.
 * They are neighbours among the code points, so that it is still one range.
 */
export function rangeOfPrefix(folded: string): { readonly from: string; readonly end: string | null } {
  const last = folded.endsWith(finalSigma) ? `${folded.slice(0, -1)}${sigma}` : folded;
  return { from: folded, end: endOfPrefix(last) ?? null };
}
