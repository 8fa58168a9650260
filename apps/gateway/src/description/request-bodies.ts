import type { Endpoint } from '../secureauth/endpoint.js';
import type { RequestBody } from './openapi.js';
import { sentence } from './sentence.js';

/** What a request to any of these endpoints carries; undefined if none of them reads a body. */
export function bodyOf(endpoints: readonly Endpoint[]): RequestBody | undefined {
  const bodies = endpoints.flatMap(({ name, summary, body }) => (body === undefined ? [] : [{ name, summary, body }]));
  const [first] = bodies;
  if (first === undefined) return undefined;
  const schemas = bodies.map(({ body }) => body.schema);
  return {
    required: bodies.length === endpoints.length && bodies.every(({ body }) => body.isRequired),
    description: 'JSON; keys that are not described are ignored.',
    content: {
      'application/json': {
        schema: schemas.length === 1 ? first.body.schema : { anyOf: schemas },
        examples: Object.fromEntries(
          bodies.map(({ name, summary, body }) => [name, { summary: sentence(summary), value: body.example }]),
        ),
      },
    },
  };
}
