import type { JsonSchema } from '../openapi.js';
import { renderLine, table } from './markdown.js';
import { html, type Markup } from './markup.js';

/** The members of an object, those inside of members too, a row each; members that are alike share one. */
export function schemaTable(schema: JsonSchema): Markup | undefined {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return undefined;
  return table(
    [html`member`, html`value`],
    rows.map(({ name, isRequired, value }) => [
      html`<code>${name}</code>${isRequired ? html` <em>required</em>` : undefined}`,
      html`${renderLine(describeSchema(value))}`,
    ]),
    'members',
  );
}

/** A schema in words: `string, 1 to 256 characters`. */
export function describeSchema(schema: JsonSchema): string {
  const parts = [kindOf(schema), lengthOf(schema), patternOf(schema)].filter((part) => part !== '');
  const description = typeof schema['description'] === 'string' ? `. ${schema['description']}` : '';
  return parts.join(', ') + description;
}

interface Row {
  readonly name: string;
  readonly isRequired: boolean;
  readonly value: JsonSchema;
}

function rowsOf(schema: JsonSchema, prefix: string): readonly Row[] {
  const { properties = {}, patternProperties = {}, required = [], additionalProperties: others } = schema;
  const groups = new Map<string, { keys: string[]; value: JsonSchema; isRequired: boolean }>();
  for (const [key, value] of Object.entries(properties as Record<string, JsonSchema>)) {
    const isRequired = (required as readonly string[]).includes(key);
    const alike = JSON.stringify([value, isRequired]);
    const group = groups.get(alike) ?? { keys: [], value, isRequired };
    group.keys.push(key);
    groups.set(alike, group);
  }
  const rows = [...groups.values()].flatMap(({ keys, value, isRequired }) => {
    const name = prefix + namesOf(keys);
    return [{ name, isRequired, value }, ...rowsOf(contained(value), `${name}.`)];
  });
  const like = Object.entries(patternProperties as Record<string, JsonSchema>).map(
    ([pattern, value]) => [pattern.replace(/^\^|\$$/g, ''), value] as const,
  );
  const open = [...like, ...(isSchema(others) ? [['<key>', others] as const] : [])].flatMap(([key, value]) => {
    const name = prefix + key;
    return [{ name, isRequired: false, value }, ...rowsOf(contained(value), `${name}.`)];
  });
  return [...rows, ...open];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

/** The schema inside a schema: that of the items of a list, or that of a nullable value where it is not null. */
function contained(schema: JsonSchema): JsonSchema {
  const [first] = Array.isArray(schema['anyOf']) ? (schema['anyOf'] as readonly JsonSchema[]) : [];
  if (first !== undefined) return contained(first);
  return schema['type'] === 'array' && typeof schema['items'] === 'object' ? (schema['items'] as JsonSchema) : schema;
}

/** `phone1`, `phone2`, `phone3` as `phone1…3`. */
function namesOf(keys: readonly string[]): string {
  const runs = new Map<string, string[]>();
  for (const key of keys) {
    const stem = key.replace(/\d+$/, '');
    runs.set(stem, [...(runs.get(stem) ?? []), key]);
  }
  const names = [...runs].map(([stem, run]) =>
    run.length === 1 ? run[0] : `${run[0]}…${run.at(-1)?.slice(stem.length)}`,
  );
  return names.length === 1 ? (names[0] ?? '') : `(${names.join(' | ')})`;
}

function kindOf(schema: JsonSchema): string {
  const { const: only, enum: some, type, items, anyOf } = schema;
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (Array.isArray(some)) return some.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (Array.isArray(anyOf)) return (anyOf as readonly JsonSchema[]).map(describeSchema).join(' or ');
  if (type === 'array') return `list of ${kindOf((items ?? {}) as JsonSchema)}`;
  return Array.isArray(type) ? type.join(' or ') : String(type ?? 'anything');
}

function lengthOf({ minLength, maxLength, minItems, maxItems }: JsonSchema): string {
  const [least, most, unit] = [
    minLength ?? minItems,
    maxLength ?? maxItems,
    maxItems === undefined ? 'characters' : 'entries',
  ];
  if (most === undefined) return '';
  return least === undefined ? `at most ${most} ${unit}` : `${least} to ${most} ${unit}`;
}

function patternOf({ pattern }: JsonSchema): string {
  return typeof pattern === 'string' ? `\`${pattern}\`` : '';
}
