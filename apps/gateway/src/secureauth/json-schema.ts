import { z } from 'zod';
import type { JsonSchema } from './endpoint.js';

export const text: JsonSchema = Object.freeze({ type: 'string' });

/** A schema of the contracts, as callers write what fits it: so no limit is written twice. */
export function asWritten(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...written } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.freeze(written);
}

/** An object of these keys; others may be there. */
export function anObject(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return Object.freeze({ type: 'object', properties, ...(required.length === 0 ? {} : { required }) });
}

/** A body of ours: every key is there, and no other. */
export function exactly(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return Object.freeze({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false });
}

/** A body that says just this, and perhaps more beside it. */
export function said(
  { status, message }: { readonly status: string; readonly message: string },
  more: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return exactly({ status: { const: status }, message: { const: message }, ...more });
}
