/** No password is longer, in characters; 64 must be accepted at least (NIST SP 800-63B-4 section 3.1.1.2). */
export const LONGEST_PASSWORD = 1_024;

/**
 * The text of a password that is hashed and judged, so that one password typed on two keyboards is one password:
 *
 * 1. every space beyond ASCII becomes U+0020 (RFC 8265 section 4.2.2, rule 2)
 * 2. NFC (rule 4; NIST SP 800-63B-4 section 3.1.1.2 asks for a normalisation before hashing)
 *
 * NFC and not NFKC: compatibility forms carry what a person chose, and `²` must not do for `2`. Case is kept, and
 * nothing is cut or trimmed.
 *
 * @returns undefined if it is no text that a password can be: longer than 1 024 characters, with U+0000 or with an
 * unpaired surrogate, which UTF-8 would turn into the same U+FFFD as any other
 */
export function passwordText(password: string): string | undefined {
  if (password.length > 2 * LONGEST_PASSWORD || hasUnusableCharacters(password)) return undefined;
  const text = password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  return charactersIn(text) > LONGEST_PASSWORD ? undefined : text;
}

/** Whether U+0000 or an unpaired surrogate is in it. */
export function hasUnusableCharacters(password: string): boolean {
  return UNUSABLE.test(password);
}

/** Characters are counted as code points, each as one (NIST SP 800-63B-4 section 3.1.1.2). */
export function charactersIn(text: string): number {
  return Array.from(text).length;
}

/** In Unicode mode a surrogate matches only where it is unpaired. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const UNUSABLE = /[\u0000\p{Cs}]/u;
