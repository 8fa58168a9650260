import type { Operation, Permission } from '@countersign/contracts';
import type { EndpointAnswers } from './contract.js';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** How a request names the user: by a segment, by a domain and a segment, or in `?username=` (secureauth C.0, C.6). */
export type Form = 'path' | 'domain' | 'query';

export interface EndpointRoute {
  readonly form: Form;
  readonly methods: readonly Method[];
  /** Below `/{realm}/api/{version}`; `{userId}`, `{domain}` and `{group}` are segments. */
  readonly path: string;
}

/** JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What is read of a request's body. Keys beyond the schema are ignored, zero bytes are an empty object. */
export interface BodyFacts {
  readonly isRequired: boolean;
  readonly schema: JsonSchema;
  readonly example: unknown;
}

/** A body that the endpoint itself makes. All leave with 200. */
export interface ReplyFacts {
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly example: unknown;
}

/** Everything about one endpoint, in one place: it is routed, guarded, answered and described from this. */
export interface Endpoint {
  /** For metrics and the description: a closed list. */
  readonly name: string;
  /** Of the contract. */
  readonly clause: string;
  readonly summary: string;
  readonly notes: readonly string[];
  /** All forms have one meaning. */
  readonly routes: readonly EndpointRoute[];
  readonly permission: Permission;
  readonly operation: Operation;
  /** Undefined: a body is signed like any other, and means nothing. */
  readonly body: BodyFacts | undefined;
  /** The first is the success. */
  readonly replies: readonly [ReplyFacts, ...ReplyFacts[]];
  /** What problems answer here, where that differs from everywhere else. */
  readonly problems: EndpointAnswers;
}

interface EndpointDeclaration {
  readonly name: string;
  readonly clause: string;
  readonly summary: string;
  readonly notes?: readonly string[];
  readonly methods: readonly Method[];
  readonly path: string;
  /** Where the endpoint is found by `?username=`. */
  readonly twin?: { readonly methods: readonly Method[]; readonly path: string };
  readonly permission: Permission;
  readonly operation: Operation;
  readonly body?: BodyFacts;
  readonly replies: readonly [ReplyFacts, ...ReplyFacts[]];
  readonly problems?: EndpointAnswers;
}

/** Completes a declaration: wherever a path names a user, a domain may stand before it (secureauth C.0). */
export function declareEndpoint({ methods, path, twin, ...facts }: EndpointDeclaration): Endpoint {
  const domainPath = path.replace('{userId}', '{domain}/{userId}');
  const routes: readonly EndpointRoute[] = [
    { form: 'path', methods, path },
    ...(domainPath === path ? [] : [{ form: 'domain' as const, methods, path: domainPath }]),
    ...(twin === undefined ? [] : [{ form: 'query' as const, ...twin }]),
  ];
  return Object.freeze({
    ...facts,
    notes: facts.notes ?? [],
    body: facts.body,
    problems: facts.problems ?? {},
    routes,
  });
}
