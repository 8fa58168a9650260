import type { Endpoint } from '../exchange/endpoint.js';
import type { DialectPart } from './dialect-part.js';
import { asWritten } from './json-schema.js';
import type { Method, OperationObject, PathItem, RequestBody } from './openapi.js';
import { parametersOf } from './parameters.js';
import { responsesOf } from './responses.js';
import { sentence } from './sentence.js';
import { endpointsOf, type Served, type Variant } from './served.js';

/** The paths of a dialect. */
export function pathsOf(part: DialectPart, all: readonly Served[]): Readonly<Record<string, PathItem>> {
  const paths: Record<string, PathItem> = {};
  for (const served of all) {
    const method = served.method.toLowerCase() as Method;
    paths[served.path] = { ...paths[served.path], [method]: operationOf(part, served) };
  }
  return paths;
}

function operationOf(part: DialectPart, served: Served): OperationObject {
  const endpoints = endpointsOf(served);
  const [first] = endpoints;
  if (first === undefined) throw new Error(`nothing is served at ${served.path}`);
  const body = bodyOf(endpoints);
  return {
    operationId: operationIdOf(part, served, first),
    tags: [part.tagOf(first.tag)],
    summary: sentence(first.summary),
    description: descriptionOf(part, served),
    security: [{ [part.nameOf(part.dialect.description.scheme.name)]: [] }],
    parameters: parametersOf(part, served),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responsesOf(part, served),
    'x-endpoints': endpoints.map(({ name }) => part.nameOf(name)),
    'x-permission': first.permission,
  };
}

/** `users.show` as `usersShow`; its other forms and methods as `usersShowInDomain`, `usersUpdatePostByQuery`. */
function operationIdOf(part: DialectPart, { method, variants }: Served, { name, routes }: Endpoint): string {
  const isOneMethod = routes.every(({ methods }) => methods.length === 1);
  const form = variants[0]?.route.form ?? '';
  return camelCase(
    [part.nameOf(name), ...(isOneMethod ? [] : [method.toLowerCase()]), ...(form === '' ? [] : [form])].join('-'),
  );
}

function camelCase(name: string): string {
  return name.replace(/[.-]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function descriptionOf({ dialect }: DialectPart, { variants }: Served): string {
  const told = new Set<string>();
  const parts = variants.flatMap(({ endpoint: { summary, notes }, route }, index) => {
    const fresh = notes.filter((note) => !told.has(note));
    for (const note of fresh) told.add(note);
    const list = fresh.map((note) => `- ${sentence(note)}`).join('\n');
    return [`${index === 0 ? '' : `With ${queryOf(route)}: `}${sentence(summary)}`, list];
  });
  return parts.filter((part) => part !== '').join('\n\n');

  function queryOf({ query = [] }: Variant['route']): string {
    const required = query.filter((name) => dialect.description.parameters[name]?.required);
    return required.map((name) => `\`?${dialect.description.parameters[name]?.name}=\``).join(' and ');
  }
}

/** What a request to any of these endpoints carries; undefined if none of them reads a body. */
function bodyOf(endpoints: readonly Endpoint[]): RequestBody | undefined {
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
