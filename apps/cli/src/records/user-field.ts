import { attributeName, fieldOfFileName, mostEmails, mostPhones, questionKey } from '@countersign/contracts';
import { readNameList, writeNameList } from './name-list.js';

/**
 * A field of a user that one text fills. Its path names it as a column of CSV and as a word of the command line:
 *
 * - `userId`, `state`, `displayName`, `name.given`, `name.family`, `locale`, `timezone`, `externalId`, `notes`, `pin`,
 *   `passwordHash`
 * - `aliases`, `groups`: names, separated by `;`
 * - `emails.1`, `phones.1`: the value at that position; its `emails.1.kind`, `.label`, `.verifiedAt`; of a phone also
 *   `.extension`, and `.details` as JSON
 * - `attributes.custom1`
 * - `questions.1.question`, `questions.1.answer`
 */
export interface UserField {
  readonly path: string;
  /** The path in the contract's shape, with a position for the place in a list. */
  readonly steps: readonly [head: string, ...string[]];
}

/** In the order in which columns stand. */
const heads: readonly string[] = [
  ...['userId', 'passwordHash', 'state', 'aliases', 'displayName', 'name', 'emails', 'phones', 'locale', 'timezone'],
  ...['externalId', 'notes', 'groups', 'attributes', 'questions', 'pin'],
];
const lists: readonly string[] = ['aliases', 'groups'];
const emailParts: readonly string[] = ['kind', 'label', 'verifiedAt'];
const phoneParts: readonly string[] = [...emailParts, 'extension', 'details'];

/** The field of a path, or of a property name in place of one (property-aliases.ts); `undefined` for any other name. */
export function userFieldOf(name: string): UserField | undefined {
  const [first = '', ...rest] = name.split('.');
  const steps = [...(fieldOfFileName(first) ?? first).split('.'), ...rest];
  const path = steps.join('.');
  const [head = '', key = '', part] = steps;
  switch (`${head} ${steps.length}`) {
    case 'name 2':
      return key === 'given' || key === 'family' ? { path, steps: [head, key] } : undefined;
    case 'attributes 2':
      return attributeName.safeParse(key).success ? { path, steps: [head, key] } : undefined;
    case 'questions 3':
      if (!questionKey.safeParse(key).success || (part !== 'question' && part !== 'answer')) return undefined;
      return { path, steps: [head, key, part] };
    case 'emails 2':
    case 'emails 3':
      return contactField(path, head, key, part, mostEmails, emailParts);
    case 'phones 2':
    case 'phones 3':
      return contactField(path, head, key, part, mostPhones, phoneParts);
    default:
      return steps.length === 1 && isText(head) ? { path, steps: [head] } : undefined;
  }
}

function contactField(
  path: string,
  head: string,
  position: string,
  part: string | undefined,
  most: number,
  parts: readonly string[],
): UserField | undefined {
  if (!/^[1-9][0-9]{0,2}$/.test(position) || Number(position) > most) return undefined;
  if (part !== undefined && !parts.includes(part)) return undefined;
  return { path, steps: [head, position, part ?? 'value'] };
}

function isText(head: string): boolean {
  return heads.includes(head) && !['name', 'emails', 'phones', 'attributes', 'questions'].includes(head);
}

type Members = Record<string, unknown>;

/** A user in the contract's shape, of the texts of fields. */
export function userOfFields(texts: Iterable<readonly [UserField, string]>): Members {
  const user: Members = {};
  for (const [{ steps }, text] of texts) {
    const [head, key, part] = steps;
    if (key === undefined) user[head] = lists.includes(head) ? readNameList(text) : text;
    else if (part === undefined) membersAt(user, head)[key] = text;
    else membersAt(membersAt(user, head), key)[part] = part === 'details' ? jsonIn(text) : text;
  }
  for (const head of ['emails', 'phones']) {
    const contacts = user[head] as Readonly<Record<string, Members>> | undefined;
    if (contacts === undefined) continue;
    user[head] = Object.entries(contacts).map(([position, contact]) => ({ position: Number(position), ...contact }));
  }
  return user;
}

function membersAt(parent: Members, key: string): Members {
  if (!Object.hasOwn(parent, key)) parent[key] = {};
  return parent[key] as Members;
}

/** What is not JSON stays a text, which is refused as one. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The texts of a user by path; what is empty is left out. The reverse of {@link userOfFields}. */
export function fieldsOfUser(user: object): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [head, value] of Object.entries(user)) addTexts(fields, head, value);
  return fields;
}

function addTexts(fields: Map<string, string>, path: string, value: unknown): void {
  if (lists.includes(path)) addText(fields, path, writeNameList(value as readonly string[]));
  else if (Array.isArray(value)) for (const contact of value) addContact(fields, path, contact as Contact);
  else if (typeof value === 'string') addText(fields, path, value);
  else for (const [key, member] of Object.entries(value ?? {})) addTexts(fields, `${path}.${key}`, member);
}

interface Contact {
  readonly position: number;
  readonly value: string;
  readonly details?: object;
}

function addContact(fields: Map<string, string>, head: string, contact: Contact): void {
  const { position, value, details = {}, ...parts } = contact;
  const path = `${head}.${position}`;
  addText(fields, path, value);
  addTexts(fields, path, parts);
  if (Object.keys(details).length > 0) fields.set(`${path}.details`, JSON.stringify(details));
}

function addText(fields: Map<string, string>, path: string, text: string): void {
  if (text !== '') fields.set(path, text);
}

const inNaturalOrder = new Intl.Collator('en', { numeric: true }).compare;

/** Compares paths by the order in which columns stand. */
export function compareFields(one: string, other: string): number {
  const rankOf = (path: string) => heads.indexOf(path.split('.', 1)[0] ?? '');
  return rankOf(one) - rankOf(other) || inNaturalOrder(one, other);
}
