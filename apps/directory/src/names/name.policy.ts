import { longestName, unassignedIn, unicodeVersion } from '@countersign/contracts';

/**
 * What is not seen or steers how the rest is shown: format characters and all else that `foldName` passes over; the line
 * and paragraph separators, which viewers obey like controls.
 */
const unseen = /[\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
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
const blank = /[\s\u2800]/;
/**
 * UTF-16 units of the folded form. NFKC can make one character eighteen; a key longer than a third of an index page
 * could not be stored, so that the insert, not this rule, would refuse it.
 */
const longestFolded = 512;

/**
 * Why a user id, an alias or a group name is not acceptable, in the words that every door answers; undefined if it is. One
 * rule for all doors (ADR 28): what is taken here can be written, shown, told apart and named in a path.
 *
 * Everything else is only a value: spaces, `*`, `>`, `;`, quotes, slashes and backslashes stay as written.
 * @param folded the form in which it is compared
 */
export function nameFault(written: string, folded: string): string | undefined {
  if (written === '') return 'is empty';
  if (written.length > longestName) return `has ${written.length} UTF-16 units, more than ${longestName}`;
  const character = unacceptableIn(written);
  if (character !== undefined) return character;
  // Clients and proxies resolve these two, also where they are percent-encoded (RFC 3986 6.2.2.3).
  if (folded === '.' || folded === '..') return `is ${folded}, which no path can carry`;
  if (folded.trim() === '') return 'is blank';
  if (folded.length > longestFolded) return `has ${folded.length} UTF-16 units as compared, more than ${longestFolded}`;
  return undefined;
}

/** The first character that may not stand where it stands, and where that is, counted in characters from 1. */
function unacceptableIn(written: string): string | undefined {
  if (plain.test(written)) return undefined;
  const characters = Array.from(written.replace(writtenJoiner, 'x'));
  const unassigned = unassignedIn(written);
  for (const [at, character] of characters.entries()) {
    const found = `${shownPoint(character)} at position ${at + 1}`;
    if (/\p{Cc}/u.test(character)) return `holds ${found}, a control character`;
    if (unseen.test(character)) return `holds ${found}, which is not seen`;
    if (character === unassigned) return `holds ${found}, which Unicode ${unicodeVersion} does not assign`;
    if (blank.test(character) && (at === 0 || at === characters.length - 1))
      return `${at === 0 ? 'begins' : 'ends'} with white space: ${found}`;
  }
  return undefined;
}

/** ASCII without controls, and no space around it. */
const plain = /^[!-~](?:[ -~]*[!-~])?$/;

function shownPoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
