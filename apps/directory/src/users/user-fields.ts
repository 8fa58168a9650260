import { searchKeyOf } from '../names/search-key.policy.js';

/** Values of a user by field (`userField` of the contract), contacts and secrets apart; never an empty text. */
export type Fields = Readonly<Record<string, string>>;

/** Fields of one text each, and their columns. */
const textColumns = Object.freeze({
  displayName: 'display_name',
  'name.given': 'given_name',
  'name.family': 'family_name',
  locale: 'locale',
  timezone: 'timezone',
  externalId: 'external_id',
  notes: 'notes',
});
type TextField = keyof typeof textColumns;
const textFields = Object.freeze(Object.keys(textColumns) as TextField[]);

/** Fields of a user's row as {@link fieldsSql} reads them. */
export type FieldRow = Readonly<Record<TextField, string | null>> & {
  readonly attributes: Fields;
  readonly questions: Fields;
};

/** What of a user's row `u` is read for {@link fieldsOf}. */
export const fieldsSql = [
  ...textFields.map((field) => `u.${textColumns[field]} as "${field}"`),
  'u.attributes',
  'u.questions',
].join(', ');

const columnNames = Object.freeze([...Object.values(textColumns), 'family_name_key', 'attributes', 'questions']);
const jsonColumns: ReadonlySet<string> = new Set(['attributes', 'questions']);

/** Every column that fields are kept in, in the order of {@link columnsOf}. */
export const fieldColumns = columnNames.join(', ');

/** SQL that sets them all to those of another row. */
export function settingColumns(source: string): string {
  return columnNames.map((column) => `${column} = ${source}.${column}`).join(', ');
}

/** The parameters for {@link columnsOf}, from `$<first>` on, for an `unnest`. */
export function fieldParameters(first: number): string {
  return columnNames
    .map((column, index) => `$${first + index}::${jsonColumns.has(column) ? 'jsonb' : 'text'}[]`)
    .join(', ');
}

/** The fields of users by column, for an `unnest`. */
export function columnsOf(users: readonly Fields[]): readonly (readonly (string | null)[])[] {
  return [
    ...textFields.map((field) => users.map((fields) => fields[field] ?? null)),
    users.map((fields) => searchKeyOf(fields['name.family'])),
    users.map((fields) => JSON.stringify(fieldsBelow(fields, 'attributes.'))),
    users.map((fields) => JSON.stringify(fieldsBelow(fields, 'questions.'))),
  ];
}

export function fieldsOf(row: FieldRow): Fields {
  const fields: Record<string, string> = {};
  for (const field of textFields) {
    const text = row[field];
    if (text !== null) fields[field] = text;
  }
  for (const [name, value] of Object.entries(row.attributes)) fields[`attributes.${name}`] = value;
  for (const [key, question] of Object.entries(row.questions)) fields[`questions.${key}`] = question;
  return fields;
}

/** The fields that begin with `prefix`, without it. */
export function fieldsBelow(fields: Fields, prefix: 'attributes.' | 'questions.'): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) =>
      field.startsWith(prefix) ? [[field.slice(prefix.length), value]] : [],
    ),
  );
}
