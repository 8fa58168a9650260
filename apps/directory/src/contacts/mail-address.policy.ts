import { domainToUnicode } from 'node:url';
import { foldName, unassignedIn } from '@countersign/contracts';

/** RFC 5321 4.5.3.1.3: a path of 256 octets, less its angle brackets. */
const longestAddress = 254;
/**
 * UTF-16 units of the compared form, of which NFKC can make eighteen times as much: a key longer than a third of an index
 * page could not be stored.
 */
const longestKey = 512;
const beyondAscii = /[^\0-\x7f]/;
/** RFC 5321 4.5.3.1.1. */
const longestLocalPart = 64;
/** RFC 1035 2.3.4. */
const longestLabel = 63;
/**
 * Characters of an atom (RFC 5322 3.2.3, with letters, marks and digits of any script: RFC 6531 3.3) and dots wherever
 * they are: carriers gave out addresses such as `a..b@` and `a.@`, and deliver to them.
 */
const dottedAtoms = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u;
/** RFC 5322 3.2.4, visible characters and spaces; a backslash before any of them. */
const quoted = /^"(?:[^\p{C}\p{Z}"\\]| |\\(?:[^\p{C}\p{Z}]| ))+"$/u;
/** RFC 5890 2.3.1, with letters, marks and digits of any script; a hyphen neither first nor last. Some hosts have an underscore. */
const label = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?$/u;

/**
 * Whether `value` is an address that mail systems deliver to: `local@domain`, at most 254 units. The local part is of
 * atoms and dots, or quoted; the domain is of one label or more, with or without the dot of the root. Comments and address
 * literals are refused. Every part is bounded before it is matched, so that no input makes the check slow.
 */
export function isMailAddress(value: string): boolean {
  if (value.length > longestAddress || unassignedIn(value) !== undefined) return false;
  if (beyondAscii.test(value) && mailKeyOf(value).length > longestKey) return false;
  const [local, domain] = partsOf(value);
  if (local.length > longestLocalPart || !(dottedAtoms.test(local) || quoted.test(local))) return false;
  const labels = domain.replace(/\.$/, '').split('.');
  return labels.every((part) => part.length <= longestLabel && label.test(part));
}

/**
 * A mail address as compared. The local part like a name, and quoted like unquoted. The domain as the DNS compares it
 * (RFC 4343, RFC 5891 3.1): without case, `xn--` like the letters that it stands for, with or without the dot of the root.
 */
export function mailKeyOf(value: string): string {
  const [local, domain] = partsOf(value);
  const labels = foldDomain(domain).replace(/\.$/, '').split('.');
  return `${foldLocal(local)}@${labels.map(readable).join('.')}`;
}

/** What the keys begin with of which the beginning of an address is given. */
export function mailPrefixKeyOf(prefix: string): string {
  if (!prefix.includes('@')) return foldName(prefix);
  const [local, domain] = partsOf(prefix);
  return `${foldLocal(local)}@${foldDomain(domain)}`;
}

function partsOf(value: string): readonly [local: string, domain: string] {
  const at = value.lastIndexOf('@');
  return at === -1 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
}

function foldLocal(local: string): string {
  return foldName(quoted.test(local) ? local.slice(1, -1).replaceAll(/\\(.)/gu, '$1') : local);
}

/** Characters that folding would unite with others, but that are letters of their own in a domain (RFC 5892 2.6, A.1, A.2). */
const ownInDomains = /([ßς\u200c\u200d])/;

function foldDomain(domain: string): string {
  // with its capture, `split` answers these characters at the odd places
  const parts = domain.replaceAll('ẞ', 'ß').split(ownInDomains);
  return parts.map((part, index) => (index % 2 === 1 ? part : foldName(part))).join('');
}

/** The letters of a label in Punycode (RFC 5890 2.3.2.1); what is not valid means only itself. */
function readable(part: string): string {
  return part.startsWith('xn--') ? domainToUnicode(part) || part : part;
}
