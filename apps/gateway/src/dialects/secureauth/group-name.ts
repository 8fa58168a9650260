import { foldName } from '@countersign/contracts';

/**
 * A group as the dialect shows it (secureauth C.1): plain, or as the distinguished name `CN=<group>,<suffix>`.
 * @param suffix of the realm; empty: groups are shown plainly
 */
export function shownGroupName(group: string, suffix: string): string {
  return suffix === '' ? group : `CN=${escaped(group)},${suffix}`;
}

/**
 * The group that a caller names: plainly, or as it is shown. What looks like a distinguished name but does not end in
 * the realm's suffix, or breaks RFC 4514, is a plain name like any other.
 */
export function readGroupName(text: string, suffix: string): string {
  if (suffix === '' || !COMMON_NAME.test(text)) return text;
  const endsAt = endOfValue(text);
  if (endsAt === -1 || foldName(text.slice(endsAt + 1)) !== foldName(suffix)) return text;
  return unescaped(text.slice(COMMON_NAME_LENGTH, endsAt)) ?? text;
}

const COMMON_NAME = /^cn=/i;
const COMMON_NAME_LENGTH = 3;

/** RFC 4514 section 2.4: what must be escaped, and where. */
function escaped(value: string): string {
  return value.replaceAll(/["+,;<>\\]|^[ #]| $/g, '\\$&').replaceAll('\0', '\\00');
}

/** The first comma that no backslash stands before; -1 if there is none. */
function endOfValue(text: string): number {
  for (let at = COMMON_NAME_LENGTH; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ',') return at;
  }
  return -1;
}

/** RFC 4514 section 3: a `stringchar`, or a backslash before a special character or two hex digits of an octet. */
const STRING = /^(?:(?![ #])|(?=$))(?:[^"+,;<>\\\0]|\\(?:["+,;<>\\ #=]|[0-9A-Fa-f]{2}))*$/u;
const PAIRS = /(?:\\[0-9A-Fa-f]{2})+|\\(["+,;<>\\ #=])/g;

/** The value that an escaped one stands for; undefined if it is not one of RFC 4514. */
function unescaped(value: string): string | undefined {
  if (!STRING.test(value) || /(?:^|[^\\])(?:\\\\)* $/.test(value)) return undefined;
  try {
    return value.replaceAll(PAIRS, (pairs, special: string | undefined) => special ?? octets(pairs));
  } catch {
    return undefined;
  }
}

/** @throws TypeError if they are not UTF-8 */
function octets(pairs: string): string {
  return utf8.decode(Buffer.from(pairs.replaceAll('\\', ''), 'hex'));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
