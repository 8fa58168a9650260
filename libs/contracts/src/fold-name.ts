import { packedFoldings, packedIgnorable, packedUnassigned, unicodeVersion } from './unicode-tables.js';

/**
 * The form in which user ids, group names and what else people write are compared: toNFKC_Casefold(NFD(X)) of Unicode 3.13,
 * D147. Its properties are those of one Unicode version ({@link unicodeVersion}), whatever the runtime has, since keys are
 * stored. Of the runtime only normalization is used, which never changes for an assigned character.
 *
 * 1. ignorable characters go, so that names which look the same are the same. They go first: a mark that one had kept from
 *    its letter is ordered and composed then. The joiners go too: the two spellings of a Persian or Indic name, with and
 *    without, are one name
 * 2. NFD
 * 3. each character becomes its NFKC_Casefold
 * 4. NFC
 *
 * A character that the version does not assign stays as it is, and so does nothing to what stands beside it: what it will
 * fold to is not known. No name holds one (`nameFault` of the directory).
 */
export function foldName(name: string): string {
  if (ascii.test(name)) return name.toLowerCase();
  if (!tables().unassigned.test(name)) return folded(name);
  // with its capture, `split` answers the unassigned characters at the odd places
  const parts = name.split(tables().unassignedParts);
  return parts.map((part, at) => (at % 2 === 1 ? part : folded(part))).join('');
}

/** The first character of a text that Unicode {@link unicodeVersion} does not assign. */
export function unassignedIn(text: string): string | undefined {
  return ascii.test(text) ? undefined : tables().unassigned.exec(text)?.[0];
}

const ascii = /^[\0-\x7f]*$/;

function folded(text: string): string {
  const visible = text.replace(tables().ignorable, '');
  let result = '';
  for (const character of visible.normalize('NFD')) result += casefoldOf(character);
  return result.normalize('NFC');
}

/** NFKC_Casefold of one character that is not ignorable. */
function casefoldOf(character: string): string {
  const known = casefolds.get(character);
  if (known !== undefined) return known;
  let result = '';
  for (const piece of character.normalize('NFKD')) result += tables().foldings.get(piece) ?? piece;
  const casefold = result.normalize('NFC');
  casefolds.set(character, casefold);
  return casefold;
}

/** As many as there are characters at most; people use a few thousand. */
const casefolds = new Map<string, string>();

interface Tables {
  readonly ignorable: RegExp;
  readonly unassigned: RegExp;
  /** The same, to be split by. */
  readonly unassignedParts: RegExp;
  /** Full case folding of the characters that NFKD leaves as they are. */
  readonly foldings: ReadonlyMap<string, string>;
}

let unpacked: Tables | undefined;

/** Unpacked when the first text beyond ASCII is folded. */
function tables(): Tables {
  unpacked ??= unpack();
  return unpacked;
}

/** @throws Error if the runtime cannot normalize what the version assigns: keys would differ from those of other runtimes */
function unpack(): Tables {
  // a letter of Unicode 16 that decomposes
  if ('\u{105c9}'.normalize('NFD') !== '\u{105d2}\u0307') {
    throw new Error(`this runtime knows Unicode ${process.versions['unicode']}, names need ${unicodeVersion} or later`);
  }
  const unassigned = classOf(packedUnassigned);
  return {
    ignorable: new RegExp(classOf(packedIgnorable), 'gu'),
    unassigned: new RegExp(unassigned, 'u'),
    unassignedParts: new RegExp(`(${unassigned})`, 'u'),
    foldings: unpackFoldings(),
  };
}

function classOf(packed: string): string {
  let at = 0;
  const ranges = packed.split(' ').map((range) => {
    const [distance = 0, more = 0] = range.split(',').map(fromBase36);
    const first = at + distance;
    at = first + more;
    return `\\u{${first.toString(16)}}-\\u{${at.toString(16)}}`;
  });
  return `[${ranges.join('')}]`;
}

function unpackFoldings(): ReadonlyMap<string, string> {
  const foldings = new Map<string, string>();
  for (const run of packedFoldings.split(' ')) {
    const [first = '', count = '', step = '', to = ''] = run.split(',');
    for (let index = 0; index < fromBase36(count); index += 1) {
      const letter = fromBase36(first) + index * fromBase36(step);
      const into = to.startsWith('=') ? to.slice(1) : String.fromCodePoint(letter + fromBase36(to));
      foldings.set(String.fromCodePoint(letter), into);
    }
  }
  return foldings;
}

function fromBase36(text: string): number {
  return Number.parseInt(text, 36);
}
