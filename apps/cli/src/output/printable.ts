/**
 * What a terminal may do on its own account: C0 and C1 controls (U+009B begins an escape sequence too), and the marks
 * that turn the direction of what follows, by which a name could pose as another (CVE-2021-42574).
 */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
/** The same but for line feed and tab. */
const unsafeInText = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** One line that is safe to show on a terminal, also when an attacker chose the value. */
export function printable(value: string): string {
  return value.replace(unsafe, escaped);
}

/** The same for text of several lines. */
export function printableText(value: string): string {
  return value.replace(unsafeInText, escaped);
}
