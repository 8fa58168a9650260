import { type Failure, usageFault } from '../output/failure.js';
import { compareFields, fieldsOfUser, type UserField, userFieldOf, userOfFields } from './user-field.js';
import type { UserRecord } from './user-record.js';

/** Names of theirs and the names of ours they stand for; an empty one leaves the column out. */
export type ColumnNames = Readonly<Record<string, string>>;

/**
 * `theirs=ours` texts as a map.
 * @throws Failure for usage
 */
export function columnNamesOf(texts: readonly string[]): ColumnNames {
  const names = new Map<string, string>();
  for (const text of texts) {
    const cut = text.lastIndexOf('=');
    const [theirs, ours] = [text.slice(0, cut), text.slice(cut + 1)];
    if (cut < 1) throw usageFault(`--column ${text} is not theirs=ours`);
    if (ours !== '' && userFieldOf(ours) === undefined)
      throw usageFault(`--column ${text}: ${ours} is no column`, known);
    if (names.has(theirs)) throw usageFault(`--column ${theirs} is given twice`);
    names.set(theirs, ours);
  }
  return Object.fromEntries(names);
}

const known =
  'columns are fields such as userId, state, name.given, emails.1, attributes.custom1, questions.1.answer, groups';

/**
 * The columns of a header row; `undefined` at the place of one that is left out.
 * @throws Failure for usage when a column is unknown, double or missing: the values of every user would be lost
 */
export function columnsOf(header: readonly string[], names: ColumnNames): readonly (UserField | undefined)[] {
  const [only = ''] = header;
  if (header.length === 1 && /[;\t]/.test(only)) {
    throw usageFault('the header row has no commas', 'cells are separated by commas (RFC 4180), not by ; or tabs');
  }
  if (header.some((theirs) => theirs.includes('\r') && !Object.hasOwn(names, theirs))) {
    throw usageFault('the lines end in carriage returns alone', "tr '\\r' '\\n'");
  }
  const ours = header.map((theirs) => (Object.hasOwn(names, theirs) ? (names[theirs] ?? '') : theirs));
  const strange = ours.filter((name) => name !== '' && userFieldOf(name) === undefined);
  if (strange.length > 0) throw strangeColumns(strange, ours);
  const blank = header.findIndex((theirs) => theirs === '' && !Object.hasOwn(names, ''));
  if (blank !== -1) throw usageFault(`column ${blank + 1} has no name`);
  const missing = Object.keys(names).find((theirs) => !header.includes(theirs));
  if (missing !== undefined)
    throw usageFault(`--column ${missing}: the file has no such column`, `it has ${header.join(', ')}`);
  const fields = ours.map(userFieldOf);
  const paths = fields.map((field) => field?.path);
  const second = paths.findIndex((path, at) => path !== undefined && paths.indexOf(path) < at);
  if (second !== -1) throw doubleColumn(ours[paths.indexOf(paths[second])], ours[second]);
  if (!paths.includes('userId')) throw usageFault('no column userId', `the file has ${header.join(', ')}`);
  return fields;
}

function doubleColumn(one = '', other = ''): Failure {
  return usageFault(one === other ? `column ${one} occurs twice` : `columns ${one} and ${other} are one field`);
}

/** What a column may be called; no hash of a password reads so, nor a PIN of digits. */
const columnName = /^(?=.*\p{L})[\p{L}\p{N} ._-]{1,40}$/u;

/** In a file without a header these are values of its first user: quoted are only names that stand beside known ones. */
function strangeColumns(strange: readonly string[], all: readonly string[]): Failure {
  const [first] = strange;
  const isHeader = all.some((name) => userFieldOf(name) !== undefined);
  if (isHeader && strange.every((name) => columnName.test(name)))
    return usageFault(
      `unknown columns: ${strange.join(', ')}`,
      `${known}; map one with --column "${first}=attributes.custom1", leave it out with --column "${first}="`,
    );
  return usageFault(
    `${strange.length} of ${all.length} columns are unknown: the file seems to have no header row`,
    `${known}; map one of another name with --column "theirs=ours", leave it out with --column "theirs="`,
  );
}

/** The cells of a row as a user in the contract's shape; an empty cell is an absent value. */
export function recordOfCells(cells: readonly string[], columns: readonly (UserField | undefined)[]): object {
  return userOfFields(textsOf(cells, columns));
}

function* textsOf(
  cells: readonly string[],
  columns: readonly (UserField | undefined)[],
): Generator<readonly [UserField, string]> {
  for (const [at, field] of columns.entries()) {
    const cell = cells[at] ?? '';
    if (field !== undefined && cell !== '') yield [field, cell];
  }
}

/** Columns under which some users lose nothing: those of which one user has something. */
export class ColumnsInUse {
  private readonly paths = new Set<string>(['userId', 'state']);

  see(user: UserRecord): void {
    for (const path of fieldsOfUser(user).keys()) this.paths.add(path);
  }

  names(): readonly string[] {
    return [...this.paths].sort(compareFields);
  }
}
