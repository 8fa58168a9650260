import { foldName, isWellFormedText, unassignedIn } from '@countersign/contracts';
import fc from 'fast-check';
import { passwordText } from '../../libs/hashing/src/password-text.js';
import { holds, holdsSame, type Target } from '../target.js';

/** Names and passwords, as UTF-16: also what no UTF-8 can hold. */
export const names: Target = {
  name: 'names',
  about: 'folding of names, text of passwords',
  seeds: ['jdoe', 'Straße ẞ', 'ﬁ①Ａ', 'İıſK', 'e\u0301', '\ud800', '한국어', '\u00ad\u200b'].map((text) =>
    Buffer.from(text, 'utf16le'),
  ),
  dictionary: ['\u0301', '\u0345', 'ß', 'Σς', '\u00ad', '\u200d', '\ufe0f', '\u1e9e', '\ufb01', '\u0130'],
  inputs: fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text, 'utf16le')),
  check: (input) => {
    const text = input.toString('utf16le');
    if (!isWellFormedText(text)) {
      holds(passwordText(text) === undefined, 'what cannot be stored is no password');
      return;
    }
    const folded = foldName(text);
    holdsSame(foldName(folded), folded, 'folding is done once');
    // A runtime may know what a character that our tables do not assign is made of. U+037A is a blank and a mark, which
    // folding makes a letter: a mark behind it stands behind that letter, and in NFKC before it.
    const isSpecial = unassignedIn(text) !== undefined || text.includes('\u037a');
    const normalised = isSpecial ? [] : [text.normalize('NFD'), text.normalize('NFKC')];
    for (const other of [...normalised, `${text}\u200b`]) {
      holdsSame(foldName(other), folded, `${JSON.stringify(other)} is the same name`);
    }
    const password = passwordText(text);
    if (password === undefined) return;
    holdsSame(passwordText(password), password, 'the text of a password is stable');
    holdsSame(passwordText(text.normalize('NFD')), password, 'and the same in another normalisation');
  },
};
