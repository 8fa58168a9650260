import { longestName } from '@countersign/contracts';

/**
 * Controls, the line and paragraph separators that viewers obey like controls, and what is not seen or steers how the
 * rest is shown: format characters and all else that {@link foldName} passes over.
 */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** Scripts whose letters join or stack, by their ISO 15924 codes. */
const joiningScripts = [
  ...['Arab', 'Syrc', 'Nkoo', 'Mong', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh'],
  ...['Khmr', 'Mymr'],
];
const joiningSet = `[${joiningScripts.map((script) => `\\p{scx=${script}}`).join('')}]`;
/**
 * The joiners (U+200C, U+200D) where people write them: after a letter or mark of such a script (compare RFC 5892, A.1
 * and A.2). They stay in the written form and make no difference to the compared one.
 */
const writtenJoiner = new RegExp(`(?<=(?=[\\p{L}\\p{M}])${joiningSet})[\\u200c\\u200d]`, 'gu');
/** White space, and the blank of braille, which looks the same. */
const outerBlank = /^[\s\u2800]|[\s\u2800]$/u;
/**
 * UTF-16 units of the folded form. NFKC can make one character eighteen; a key longer than a third of an index page
 * could not be stored, so that the insert, not this rule, would refuse it.
 */
const longestFolded = 512;

/**
 * Whether a user id or a group name is acceptable: 1 to {@link longestName} units, no white space around it, no invisible
 * character in it, since two names could look alike by it. Everything else is only a value to us: spaces, `*`, `>`, dots,
 * quotes and slashes stay as written.
 * @param folded the form in which it is compared
 */
export function isAcceptableName(written: string, folded: string): boolean {
  return (
    written.length <= longestName &&
    !outerBlank.test(written) &&
    !unseen.test(written.replace(writtenJoiner, '')) &&
    folded.trim() !== '' &&
    folded.length <= longestFolded
  );
}
