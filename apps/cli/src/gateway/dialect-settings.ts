import { z } from 'zod';
import type { Invocation } from '../invocation.js';
import { usageFault } from '../output/failure.js';
import { failureOf } from '../output/failure-of.js';
import { faultsOf, isObject } from '../schema-faults.js';
import { reasonOf } from './gateway-state.js';

const longestMs = 3_000;

type Members = Readonly<Record<string, unknown>>;
const description = z.object({ 'x-realm-settings': z.record(z.string(), z.record(z.string(), z.unknown())) });

/**
 * Holds settings of dialects against the schemas that the gateway publishes: the command line knows no dialect, and a
 * setting that does not fit makes the gateway answer 503. What is put back to its default always fits. A gateway that
 * cannot be asked is a warning.
 *
 * @throws Failure for usage, with the path of each setting and the rule, before anything is changed
 */
export async function checkDialectSettings(invocation: Invocation, settings: Members): Promise<void> {
  const { dialects } = withoutDefaults(settings);
  if (!isObject(dialects)) return;
  const schemas = await publishedSchemas(invocation);
  if (typeof schemas === 'string') return invocation.terminal.warning(`dialect settings were not checked: ${schemas}`);
  const unknown = Object.keys(dialects).find((name) => !Object.hasOwn(schemas, name));
  if (unknown !== undefined) {
    throw usageFault(
      `dialects.${unknown} is no dialect of the gateway`,
      `dialects are ${Object.keys(schemas).join(', ')}`,
    );
  }
  const values = { dialects };
  const parsed = z.object({ dialects: z.object(schemas).partial() }).safeParse(values);
  if (!parsed.success) throw usageFault(faultsOf(parsed.error, values));
}

/** The schema of each dialect, or why there is none. */
async function publishedSchemas({ configuration }: Invocation): Promise<Record<string, z.ZodType> | string> {
  let url: URL;
  try {
    url = new URL('/openapi.json', configuration.url());
  } catch (error) {
    return failureOf(error).message;
  }
  try {
    const signal = AbortSignal.timeout(Math.min(configuration.timeoutMs(), longestMs));
    const response = await fetch(url, { signal, redirect: 'error' });
    const published = description.safeParse(await response.json());
    if (!published.success) return `${url.href} describes none`;
    const schemas = Object.entries(published.data['x-realm-settings']);
    return Object.fromEntries(schemas.map(([name, schema]) => [name, z.fromJSONSchema(closed(schema) as Members)]));
  } catch (error) {
    return `${url.href}: ${reasonOf(error)}`;
  }
}

/** The schema of a change: it may leave out any setting, and names none that the dialect does not have. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const { required: _, ...rest } = schema;
  const { properties } = rest;
  const parts = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, closed(part)]));
  if (!isObject(properties)) return parts;
  const members = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, closed(part)]));
  return { additionalProperties: false, ...parts, properties: members };
}

/** Settings without those that are put back to their defaults, and without objects that name only such. */
function withoutDefaults(settings: Members): Members {
  const kept = Object.entries(settings).flatMap(([name, value]) => {
    if (value === null) return [];
    if (!isObject(value) || Object.keys(value).length === 0) return [[name, value] as const];
    const inner = withoutDefaults(value);
    return Object.keys(inner).length === 0 ? [] : [[name, inner] as const];
  });
  return Object.fromEntries(kept);
}
