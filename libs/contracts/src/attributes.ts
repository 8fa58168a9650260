import { z } from 'zod';
import { text } from './names.js';
import { longestValue } from './user.js';

/** Who may read or write an attribute beside operators, who may always. */
const parties = Object.freeze(['applications', 'operators'] as const);

/** What a realm says of one attribute of its users. Values travel as texts of their type. */
export const attributeDefinition = z.object({
  type: z.enum(['text', 'number', 'boolean', 'date']).default('text'),
  /** UTF-16 units. */
  maxLength: z.int().min(1).max(longestValue).default(longestValue),
  readableBy: z.enum(parties).default('applications'),
  writableBy: z.enum(parties).default('applications'),
  /** For people; the name where it is absent. */
  displayName: text(200).min(1).optional(),
});
export type AttributeDefinition = z.output<typeof attributeDefinition>;

const custom = Object.freeze(attributeDefinition.parse({}));
const extended = Object.freeze(attributeDefinition.parse({ writableBy: 'operators' }));

/**
 * The definition of an attribute in a realm; undefined where the realm has no such attribute. Every realm has
 * `custom1` to `custom10`, which applications write, and `extended1` to `extended999`, which they only read. The
 * realm's own schema adds to these and overrides them.
 */
export function attributeDefinitionOf(
  schema: Readonly<Record<string, AttributeDefinition>>,
  name: string,
): AttributeDefinition | undefined {
  if (Object.hasOwn(schema, name)) return schema[name];
  if (/^custom(?:[1-9]|10)$/.test(name)) return custom;
  return /^extended[1-9][0-9]{0,2}$/.test(name) ? extended : undefined;
}

const valuePatterns = Object.freeze({
  text: /^/,
  number: /^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/,
  boolean: /^(?:true|false)$/,
  /** RFC 3339 full-date. */
  date: /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/,
});

/** Whether a value fits an attribute. The empty text, which clears, always does. */
export function fitsAttribute({ type, maxLength }: AttributeDefinition, value: string): boolean {
  return value === '' || (value.length <= maxLength && valuePatterns[type].test(value));
}
