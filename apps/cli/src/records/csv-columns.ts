import {
  isExtendedPropertyKey,
  isKnowledgeBaseKey,
  isPropertyKey,
  knowledgeBaseKeys,
  propertyKeys,
} from '@countersign/contracts';
import { type Failure, usageFault } from '../output/failure.js';
import { readGroupList, writeGroupList } from './group-list.js';
import type { UserRecord } from './user-record.js';

/** What a column of a CSV file says of a user. */
export type Column =
  | { readonly kind: 'userId' | 'passwordHash' | 'status' | 'groups' }
  | { readonly kind: 'property' | 'extended' | 'question' | 'answer'; readonly key: string };

const plain = Object.freeze(['userId', 'passwordHash', 'status', 'groups'] as const);

/** The column of a name of ours; `undefined` for any other name. */
export function columnOf(name: string): Column | undefined {
  const kind = plain.find((known) => known === name);
  if (kind !== undefined) return { kind };
  if (isPropertyKey(name)) return { kind: 'property', key: name };
  if (isExtendedPropertyKey(name)) return { kind: 'extended', key: name };
  const [, key = '', half] = /^([A-Za-z0-9]+)\.(question|answer)$/.exec(name) ?? [];
  return isKnowledgeBaseKey(key) ? { kind: half === 'answer' ? 'answer' : 'question', key } : undefined;
}

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
    if (ours !== '' && columnOf(ours) === undefined) throw usageFault(`--column ${text}: ${ours} is no column`, known);
    if (names.has(theirs)) throw usageFault(`--column ${theirs} is given twice`);
    names.set(theirs, ours);
  }
  return Object.fromEntries(names);
}

const known =
  'columns are userId, passwordHash, status, groups, properties such as firstName and email1, ExtProperty1 …, kbq1.question, kbq1.answer';

/**
 * The columns of a header row; `undefined` at the place of one that is left out.
 * @throws Failure for usage when a column is unknown, double or demanded: read otherwise, it would be lost for everybody
 */
export function columnsOf(header: readonly string[], names: ColumnNames): readonly (Column | undefined)[] {
  const [only = ''] = header;
  if (header.length === 1 && /[;\t]/.test(only)) {
    throw usageFault('the header row has no commas', 'cells are divided by commas (RFC 4180), not by ; or tabs');
  }
  const ours = header.map((theirs) => (Object.hasOwn(names, theirs) ? (names[theirs] ?? '') : theirs));
  const strange = ours.filter((name) => name !== '' && columnOf(name) === undefined);
  if (strange.length > 0) throw strangeColumns(strange, ours);
  const blank = header.findIndex((theirs) => theirs === '' && !Object.hasOwn(names, ''));
  if (blank !== -1) throw usageFault(`column ${blank + 1} has no name`);
  const missing = Object.keys(names).find((theirs) => !header.includes(theirs));
  if (missing !== undefined)
    throw usageFault(`--column ${missing}: the file has no such column`, `it has ${header.join(', ')}`);
  const double = ours.find((name, at) => name !== '' && ours.indexOf(name) !== at);
  if (double !== undefined) throw usageFault(`column ${double} is there twice`);
  if (!ours.includes('userId')) throw usageFault('no column userId', `the file has ${header.join(', ')}`);
  return ours.map(columnOf);
}

/** What a column may be called; no hash of a password reads so, nor a PIN of digits. */
const columnName = /^(?=.*\p{L})[\p{L}\p{N} ._-]{1,40}$/u;

/** In a file without a header these are values of its first user: quoted are only names that stand beside known ones. */
function strangeColumns(strange: readonly string[], all: readonly string[]): Failure {
  const [first] = strange;
  const isHeader = all.some((name) => columnOf(name) !== undefined);
  if (isHeader && strange.every((name) => columnName.test(name)))
    return usageFault(
      `unknown columns: ${strange.join(', ')}`,
      `${known}; map one with --column "${first}=auxId1", leave it out with --column "${first}="`,
    );
  return usageFault(
    `${strange.length} of ${all.length} columns are unknown: the file seems to have no header row`,
    `${known}; map one of another name with --column "theirs=ours", leave it out with --column "theirs="`,
  );
}

/** The cells of a row as the fields of a user; an empty cell is an absent value. */
export function recordOfCells(cells: readonly string[], columns: readonly (Column | undefined)[]): object {
  const fields: Fields = { userId: '', properties: {}, knowledgeBase: {}, extendedProperties: {} };
  for (let at = 0; at < columns.length; at += 1) {
    const [cell = '', column] = [cells[at], columns[at]];
    if (column !== undefined && cell !== '') place(cell, column, fields);
  }
  return fields;
}

interface Fields {
  userId: string;
  passwordHash?: string;
  status?: string;
  groups?: string[];
  readonly properties: Record<string, string>;
  readonly knowledgeBase: Record<string, { question: string; answer: string }>;
  readonly extendedProperties: Record<string, string>;
}

function place(cell: string, column: Column, fields: Fields): void {
  switch (column.kind) {
    case 'property':
      fields.properties[column.key] = cell;
      break;
    case 'extended':
      fields.extendedProperties[column.key] = cell;
      break;
    case 'groups':
      fields.groups = readGroupList(cell);
      break;
    case 'question':
    case 'answer': {
      const both = fields.knowledgeBase[column.key] ?? { question: '', answer: '' };
      both[column.kind] = cell;
      fields.knowledgeBase[column.key] = both;
      break;
    }
    default:
      fields[column.kind] = cell;
  }
}

/** What a user has in a column; empty for nothing. */
export function cellOf(user: UserRecord, column: Column): string {
  switch (column.kind) {
    case 'userId':
      return user.userId;
    case 'passwordHash':
      return user.passwordHash ?? '';
    case 'status':
      return user.status;
    case 'groups':
      return writeGroupList(user.groups);
    case 'property':
      return user.properties[column.key] ?? '';
    case 'extended':
      return user.extendedProperties[column.key] ?? '';
    default:
      return user.knowledgeBase[column.key]?.[column.kind] ?? '';
  }
}

/** Columns under which some users lose nothing, in the order of the contract: those of which one user has something. */
export class ColumnsInUse {
  private readonly extended = new Set<string>();
  private readonly others = new Set<string>(['userId', 'status']);

  see(user: UserRecord): void {
    if (user.passwordHash !== undefined) this.others.add('passwordHash');
    if (user.groups.length > 0) this.others.add('groups');
    for (const key of Object.keys(user.properties)) this.others.add(key);
    for (const key of Object.keys(user.extendedProperties)) this.extended.add(key);
    for (const key of Object.keys(user.knowledgeBase)) this.others.add(`${key}.question`).add(`${key}.answer`);
  }

  names(): readonly string[] {
    const questions = knowledgeBaseKeys.flatMap((key) => [`${key}.question`, `${key}.answer`]);
    const fixed = [...plain, ...propertyKeys, ...questions].filter((name) => this.others.has(name));
    const numberOf = (key: string) => Number(/\d+$/.exec(key)?.[0]);
    return [...fixed, ...[...this.extended].sort((one, other) => numberOf(one) - numberOf(other))];
  }
}
