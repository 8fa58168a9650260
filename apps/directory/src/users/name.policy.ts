/** Controls, and the line and paragraph separators that viewers obey like controls. */
const control = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** UTF-16 units of the written form (secureauth C.3 states none; ours). */
const longestWritten = 256;
/**
 * UTF-16 units of the folded form. NFKC can make one character eighteen; a key longer than a third of an index page
 * could not be stored, so that the insert, not this rule, would refuse it.
 */
const longestFolded = 512;

/**
 * Whether a user id or a group name is acceptable: 1 to 256 units, not blank, no control characters. Everything else is
 * only a value to us: spaces, `*`, `>`, dots, quotes and slashes stay as written.
 * @param folded the form in which it is compared
 */
export function isAcceptableName(written: string, folded: string): boolean {
  return (
    written.length <= longestWritten &&
    written.trim() !== '' &&
    !control.test(written) &&
    folded.trim() !== '' &&
    folded.length <= longestFolded
  );
}
