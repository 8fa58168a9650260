import { z } from 'zod';
import type { JsonSchema } from '../exchange/endpoint.js';

export type { JsonSchema };

export const text: JsonSchema = Object.freeze({ type: 'string' });

/** A schema as callers write what fits it: so no limit is written twice. */
export function asWritten(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...written } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.freeze(shortened(written) as JsonSchema);
}

/** The same with a text that may be null as one type, as people would write it. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shortened(part)]));
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2 || anyOf[0].type !== 'string' || anyOf[1].type !== 'null')
    return schema;
  return { ...rest, ...anyOf[0], type: ['string', 'null'] };
}

/** A body of ours: it has all of these keys and no other. */
export function exactly(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return Object.freeze({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false });
}

/** A body whose members have just these values, and `more` members beside them. */
export function fixed(
  body: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  const members = Object.entries(body).map(([key, value]) => [key, { const: value }]);
  return exactly({ ...Object.fromEntries(members), ...more });
}
