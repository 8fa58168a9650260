/**
 * The property names of SecureAuth's APIs and the fields of the neutral user that they stand for. Files of users may
 * use them as names of columns, and the dialect translates by them. This is the one place that holds them.
 */

function numbered(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Properties that callers may write, in the order of the vendor's guide (secureauth C.0), and their fields. */
const properties: readonly (readonly [string, string])[] = [
  ['firstName', 'name.given'],
  ['lastName', 'name.family'],
  ...numbered(4).map((n) => [`phone${n}`, `phones.${n}`] as const),
  ...numbered(4).map((n) => [`email${n}`, `emails.${n}`] as const),
  ['pinHash', 'pin'],
  ...numbered(10).map((n) => [`auxId${n}`, `attributes.custom${n}`] as const),
];
/** Questions of a user (secureauth C.0), and their fields. */
const questions: readonly (readonly [string, string])[] = [
  ...numbered(6).map((n) => [`kbq${n}`, `questions.${n}`] as const),
  ['helpDeskKb', 'questions.help_desk'],
];

export const propertyNames: readonly string[] = Object.freeze(properties.map(([name]) => name));
export const questionNames: readonly string[] = Object.freeze(questions.map(([name]) => name));

const fields: ReadonlyMap<string, string> = new Map([...properties, ...questions]);
const names: ReadonlyMap<string, string> = new Map([...fields].map(([name, field]) => [field, name]));
const extendedName = /^ExtProperty([1-9][0-9]{0,2})$/;
const extendedField = /^attributes\.extended([1-9][0-9]{0,2})$/;

/** The field that a property name stands for; undefined if it is none. */
export function fieldOfProperty(name: string): string | undefined {
  const number = extendedName.exec(name)?.[1];
  return number === undefined ? fields.get(name) : `attributes.extended${number}`;
}

/** The property name of a field; undefined if it has none. */
export function propertyOfField(field: string): string | undefined {
  const number = extendedField.exec(field)?.[1];
  return number === undefined ? names.get(field) : `ExtProperty${number}`;
}

/** Objects by which files made for the vendor's shape group properties. */
export const propertyGroups: readonly string[] = Object.freeze(['properties', 'knowledgeBase', 'extendedProperties']);

/** The field that a name in a file of users stands for: a property name, or the word of those files for the state. */
export function fieldOfFileName(name: string): string | undefined {
  return name === 'status' ? 'state' : fieldOfProperty(name);
}
