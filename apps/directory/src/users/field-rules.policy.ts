import {
  type Actor,
  type AttributeDeclaration,
  type AttributeDefinition,
  attributeDefinitionOf,
  fitsAttribute,
  mostAttributes,
  mostQuestions,
  type RealmProfile,
} from '@countersign/contracts';
import { type Fault, invalid } from './user-changes.policy.js';
import { type Fields, fieldsBelow } from './user-fields.js';

/** What a realm says about the fields of its users; `field_rules` of its row, null where it says nothing of its own. */
export interface FieldRules {
  /** Fields that applications may only read. */
  readonly readOnlyFields: readonly string[];
  /** The realm's own attributes. */
  readonly attributes: Readonly<Record<string, AttributeDeclaration>>;
}

const noRules: FieldRules = Object.freeze({ readOnlyFields: [], attributes: {} });

/**
 * What an actor may not even name: a field that it may neither read nor write. Refused whatever is sent and whatever is
 * stored, since an answer that depends on both would let the stored value be guessed.
 * @param named every field of the request, also those that it leaves as they are or clears
 */
export function judgeNames(
  actor: Actor,
  rules: FieldRules | null,
  profile: RealmProfile,
  named: readonly string[],
): Fault | undefined {
  if (actor.kind === 'operator') return undefined;
  const { readOnlyFields, attributes } = rules ?? noRules;
  for (const field of named) {
    const definition = definitionOf(attributes, field);
    if (field.startsWith(attribute) && definition === undefined) return invalid(field, unknownAttribute);
    const isReadable = field === 'pin' ? profile === 'compat' : definition?.readableBy !== 'operators';
    const isWritable = definition?.writableBy !== 'operators' && !readOnlyFields.includes(field);
    if (!isReadable && !isWritable)
      return { code: 'user.property_read_only', detail: `${field}: may be neither read nor written` };
  }
  return undefined;
}

/** What would change, by field, and what the user would have then. */
export interface IntendedChange {
  readonly set: readonly string[];
  readonly cleared: readonly string[];
  readonly fields: Fields;
}

/**
 * What the realm refuses about a change of fields that the actor may name ({@link judgeNames}). Judged by what would
 * change, not by what is sent: a client that sends back what it was shown, or clears what is empty, changes nothing.
 * Operators may write everything that fits.
 */
export function judgeChange(
  actor: Actor,
  rules: FieldRules | null,
  { set, cleared, fields }: IntendedChange,
): Fault | undefined {
  const { readOnlyFields, attributes } = rules ?? noRules;
  for (const field of actor.kind === 'operator' ? [] : [...set, ...cleared]) {
    const mayWrite = definitionOf(attributes, field)?.writableBy !== 'operators' && field !== 'aliases';
    if (!mayWrite || readOnlyFields.includes(field))
      return { code: 'user.property_read_only', detail: `${field}: may only be read` };
  }
  for (const field of set) {
    const rule = brokenRule(attributes, field, fields[field]);
    if (rule !== undefined) return invalid(field, rule);
  }
  return tooMany(fields, set);
}

/** The attributes that applications read: those that the realm has, and does not keep for operators. */
export function readableAttributes(attributes: Fields, rules: FieldRules | null): Record<string, string> {
  const schema = (rules ?? noRules).attributes;
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => attributeDefinitionOf(schema, name)?.readableBy === 'applications'),
  );
}

const attribute = 'attributes.';
const unknownAttribute = 'the realm has no such attribute';

function definitionOf(schema: FieldRules['attributes'], field: string): AttributeDefinition | undefined {
  return field.startsWith(attribute) ? attributeDefinitionOf(schema, field.slice(attribute.length)) : undefined;
}

function brokenRule(schema: FieldRules['attributes'], field: string, value = ''): string | undefined {
  if (!field.startsWith(attribute)) return undefined;
  const definition = definitionOf(schema, field);
  if (definition === undefined) return unknownAttribute;
  if (fitsAttribute(definition, value)) return undefined;
  return value.length > definition.maxLength ? `is longer than ${definition.maxLength}` : `is no ${definition.type}`;
}

/** A user has an end: what is given over many updates adds up. */
function tooMany(fields: Fields, set: readonly string[]): Fault | undefined {
  const bounds = { attributes: mostAttributes, questions: mostQuestions } as const;
  for (const kind of ['attributes', 'questions'] as const) {
    const named = set.filter((field) => field.startsWith(`${kind}.`)).map((field) => field.slice(kind.length + 1));
    if (named.length === 0) continue;
    const count = new Set([...Object.keys(fieldsBelow(fields, `${kind}.`)), ...named]).size;
    if (count > bounds[kind]) return invalid(kind, `would be ${count}, may be ${bounds[kind]}`);
  }
  return undefined;
}
