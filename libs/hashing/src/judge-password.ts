import { charactersIn, hasUnusableCharacters, LONGEST_PASSWORD, passwordText } from './password-text.js';

/** Why a password may not be chosen: the closed list, with a sentence for the person who chooses. */
export const passwordFaults = Object.freeze({
  unusable_characters: 'the password holds a character that cannot be used',
  too_long: `the password has more than ${LONGEST_PASSWORD} characters`,
  too_short: 'the password has too few characters',
  only_spaces: 'the password is only spaces',
  common: 'the password is one of those that are tried first',
  contains_context: 'the password is little more than a name that is known',
});

export type PasswordFault = keyof typeof passwordFaults;

export interface PasswordRules {
  /** In characters (code points). */
  readonly minimumLength: number;
  /** Names that are known with the password: user id, mail address, realm, service. */
  readonly context: readonly string[];
}

/**
 * Judges a password before it is chosen (NIST SP 800-63B-4 section 3.1.1.2, ASVS 5.0 6.2): by length, by a
 * list of common ones and by the names around it. There are no rules of composition, and nothing else is asked for.
 *
 * @returns the first fault, or undefined if the password is acceptable
 */
export async function judgePassword(password: string, rules: PasswordRules): Promise<PasswordFault | undefined> {
  if (hasUnusableCharacters(password)) return 'unusable_characters';
  const text = passwordText(password);
  if (text === undefined) return 'too_long';
  if (/^ *$/.test(text) && text !== '') return 'only_spaces';
  if (charactersIn(text) < rules.minimumLength) return 'too_short';
  const folded = text.toLowerCase();
  if (isCommon(folded, await commonPasswords())) return 'common';
  return isLittleMoreThan(folded, rules) ? 'contains_context' : undefined;
}

const SHORTEST_NAME = 3;
const SHORTEST_NAME_PART = 4;
/** `password` once or many times, or a few characters over and over: `abcabcabcabcabc`. */
const REPEATED = /^(?<unit>.+?)\k<unit>+$/su;
const LONGEST_TRIVIAL_UNIT = 3;

let loading: Promise<ReadonlySet<string>> | undefined;

/** Some 49 000 passwords, in lower case. Loaded when the first password is judged, since loading them costs a start 15 ms. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']));
  return loading;
}

function isCommon(folded: string, common: ReadonlySet<string>): boolean {
  if (common.has(folded) || common.has(folded.trim())) return true;
  const unit = REPEATED.exec(folded)?.groups?.unit;
  return unit !== undefined && (charactersIn(unit) <= LONGEST_TRIVIAL_UNIT || common.has(unit));
}

/** Whether at most half of the demanded length is left once every name and part of a name is taken out. */
function isLittleMoreThan(folded: string, { context, minimumLength }: PasswordRules): boolean {
  let rest = folded;
  for (const name of namesIn(context)) rest = rest.split(name).join('');
  return rest !== folded && charactersIn(rest) <= minimumLength / 2;
}

/** The names and, of a mail address or a name of several words, the parts; longest first, since they overlap. */
function namesIn(context: readonly string[]): readonly string[] {
  const folded = context.map((name) => (passwordText(name) ?? '').toLowerCase());
  const names = folded.filter((name) => charactersIn(name) >= SHORTEST_NAME);
  const parts = folded
    .flatMap((name) => name.split(/[\s@._\\-]+/))
    .filter((part) => charactersIn(part) >= SHORTEST_NAME_PART);
  return [...names, ...parts].sort((a, b) => b.length - a.length);
}
