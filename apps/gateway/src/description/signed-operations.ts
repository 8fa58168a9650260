import type { Permission } from '@countersign/contracts';
import type { Endpoint, Form } from '../secureauth/endpoint.js';
import type { Method, OperationObject, PathItem, Reference } from './openapi.js';
import type { ParameterName } from './parameters.js';
import { bodyOf } from './request-bodies.js';
import { responsesOf } from './responses.js';
import { sentence } from './sentence.js';
import { endpointsOf, type Served } from './served.js';

/** The paths of the signed API. */
export function signedPaths(all: readonly Served[]): Readonly<Record<string, PathItem>> {
  const paths: Record<string, PathItem> = {};
  for (const served of all) {
    const path = `/{realm}/api/{version}${served.path}`;
    paths[path] = { ...paths[path], [served.method.toLowerCase() as Method]: operationOf(served) };
  }
  return paths;
}

function operationOf(served: Served): OperationObject {
  const endpoints = endpointsOf(served);
  const [first] = endpoints;
  if (first === undefined) throw new Error(`nothing is served at ${served.path}`);
  const body = bodyOf(endpoints);
  return {
    operationId: operationIdOf(served, first),
    tags: [tagOf[first.permission]],
    summary: sentence(first.summary),
    description: descriptionOf(served),
    security: [{ requestSignature: [] }],
    parameters: parametersOf(served),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responsesOf(served),
    'x-endpoints': endpoints.map(({ name }) => name),
    'x-permission': first.permission,
  };
}

/** `users.show` as `usersShow`; its other forms and methods as `usersShowInDomain`, `usersUpdatePostByQuery`. */
function operationIdOf({ method, variants }: Served, { name, routes }: Endpoint): string {
  const base = name.replace(/[.-]([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const isOneMethod = routes.every(({ methods }) => methods.length === 1);
  const form = variants[0]?.form ?? 'path';
  return base + (isOneMethod ? '' : method.slice(0, 1) + method.slice(1).toLowerCase()) + suffixes[form];
}

const suffixes: Readonly<Record<Form, string>> = Object.freeze({ path: '', domain: 'InDomain', query: 'ByQuery' });

/** Where the document sorts what needs a permission. */
const tagOf: Readonly<Record<Permission, string>> = Object.freeze({
  'user-management': 'Users',
  'user-deletion': 'Users',
  'administrator-reset': 'Passwords',
  'self-service-change': 'Passwords',
  'group-association': 'Groups',
  authentication: 'Authentication',
});

function descriptionOf({ variants }: Served): string {
  const said = new Set<string>();
  const parts = variants.flatMap(({ endpoint: { summary, notes } }, index) => {
    const fresh = notes.filter((note) => !said.has(note));
    for (const note of fresh) said.add(note);
    const list = fresh.map((note) => `- ${sentence(note)}`).join('\n');
    return [`${index === 0 ? '' : 'With `?username=`: '}${sentence(summary)}`, list];
  });
  return parts.filter((part) => part !== '').join('\n\n');
}

function parametersOf({ path, variants }: Served): readonly Reference[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as ParameterName);
  const forms = new Set(variants.map(({ form }) => form));
  const inQuery: readonly ParameterName[] = forms.has('query')
    ? [forms.size === 1 ? 'username' : 'usernameIfAny', 'queryDomain']
    : [];
  const names: readonly ParameterName[] = ['realm', 'version', ...inPath, ...inQuery, 'signedDate', 'requestId'];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}
