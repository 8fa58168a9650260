import { foldName } from '@countersign/contracts';

/** RFC 5321 4.5.3.1.3: a path of 256 octets, less its angle brackets. */
const longestAddress = 254;
/**
 * UTF-16 units of the folded form, of which NFKC can make eighteen times as much: a key longer than a third of an index
 * page could not be stored.
 */
const longestFolded = 512;
const beyondAscii = /[^\0-\x7f]/;
/** RFC 5321 4.5.3.1.1. */
const longestLocalPart = 64;
/** RFC 1035 2.3.4. */
const longestLabel = 63;
/** One character of a dot-atom: RFC 5322 3.2.3, with letters, marks and digits of any script (RFC 6531 3.3). */
const atom = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u;
/** RFC 5890 2.3.1, with letters, marks and digits of any script; a hyphen neither first nor last. */
const label = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;

/**
 * Whether `value` is written like a mail address that people have: `dot-atom@label.label`, at most 254 units. Quoted
 * local parts, comments, address literals and domains of a single label are refused. Every part is bounded before it is
 * matched, so that no input makes the check slow.
 */
export function isMailAddress(value: string): boolean {
  if (value.length > longestAddress) return false;
  if (beyondAscii.test(value) && foldName(value).length > longestFolded) return false;
  const [local, domain, ...rest] = value.split('@');
  if (local === undefined || domain === undefined || rest.length > 0) return false;
  if (local.length > longestLocalPart || !local.split('.').every((part) => atom.test(part))) return false;
  const labels = domain.split('.');
  return labels.length >= 2 && labels.every((part) => part.length <= longestLabel && label.test(part));
}
