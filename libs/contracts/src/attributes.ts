import { z } from 'zod';
import { text } from './names.js';
import { longestValue } from './user.js';

/** Who may read or write an attribute beside operators, who may always. */
const parties = Object.freeze(['applications', 'operators'] as const);

/** What a realm says of one attribute of its users. Values travel as texts of their type. */
export const attributeDeclaration = z.object({
  type: z.enum(['text', 'number', 'boolean', 'date']).optional(),
  /** UTF-16 units. */
  maxLength: z.int().min(1).max(longestValue).optional(),
  readableBy: z.enum(parties).optional(),
  writableBy: z.enum(parties).optional(),
  /** For people; the name where it is absent. */
  displayName: text(200).min(1).optional(),
});
export type AttributeDeclaration = z.output<typeof attributeDeclaration>;
/** A declaration with what is true where it is silent. */
export type AttributeDefinition = AttributeDeclaration &
  Required<Pick<AttributeDeclaration, 'type' | 'maxLength' | 'readableBy' | 'writableBy'>>;

const custom: AttributeDefinition = Object.freeze({
  type: 'text',
  maxLength: longestValue,
  readableBy: 'applications',
  writableBy: 'applications',
});
const extended: AttributeDefinition = Object.freeze({ ...custom, writableBy: 'operators' });

/**
 * The definition of an attribute in a realm; undefined where the realm has no such attribute. Every realm has
 * `custom1` to `custom10`, which applications write, and `extended1` to `extended999`, which they only read. The
 * realm's schema adds attributes, and changes of these what it declares: a display name alone makes no attribute
 * writable.
 */
export function attributeDefinitionOf(
  schema: Readonly<Record<string, AttributeDeclaration>>,
  name: string,
): AttributeDefinition | undefined {
  const common = commonDefinitionOf(name);
  return Object.hasOwn(schema, name) ? { ...(common ?? custom), ...schema[name] } : common;
}

function commonDefinitionOf(name: string): AttributeDefinition | undefined {
  if (/^custom(?:[1-9]|10)$/.test(name)) return custom;
  return /^extended[1-9][0-9]{0,2}$/.test(name) ? extended : undefined;
}

const valuePatterns = Object.freeze({
  text: /^/,
  number: /^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/,
  boolean: /^(?:true|false)$/,
  /** RFC 3339 full-date. */
  date: z.regexes.date,
});

/** Whether a value fits an attribute. The empty text, which clears, always does. */
export function fitsAttribute({ type, maxLength }: AttributeDefinition, value: string): boolean {
  return value === '' || (value.length <= maxLength && valuePatterns[type].test(value));
}
