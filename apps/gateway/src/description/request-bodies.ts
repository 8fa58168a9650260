import type { Endpoint } from '../exchange/endpoint.js';
import { asWritten } from './json-schema.js';
import type { RequestBody } from './openapi.js';
import { sentence } from './sentence.js';

/** What a request to any of these endpoints carries; undefined if none of them reads a body. */
export function bodyOf(endpoints: readonly Endpoint[]): RequestBody | undefined {
  const bodies = endpoints.flatMap(({ name, summary, body }) => (body === undefined ? [] : [{ name, summary, body }]));
  const schemas = bodies.map(({ body }) => asWritten(body.schema));
  const [first] = schemas;
  if (first === undefined) return undefined;
  const contentType = bodies[0]?.body.contentType ?? JSON_TYPE;
  return {
    required: bodies.length === endpoints.length && bodies.every(({ body }) => body.isRequired),
    description: `${contentType === JSON_TYPE ? 'JSON; keys' : 'Keys'} that are not described are ignored.`,
    content: {
      [contentType]: {
        schema: schemas.length === 1 ? first : { anyOf: schemas },
        examples: Object.fromEntries(
          bodies.map(({ name, summary, body }) => [name, { summary: sentence(summary), value: body.example }]),
        ),
      },
    },
  };
}

const JSON_TYPE = 'application/json';
