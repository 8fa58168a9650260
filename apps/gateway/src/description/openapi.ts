/** The parts of an OpenAPI 3.1 document that ours has; schemas are JSON Schema 2020-12. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, { readonly [field: string]: unknown }>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly headers: Readonly<Record<string, Header>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
  /** Answers to requests that no path of this document takes, by HTTP status. */
  readonly 'x-answers-elsewhere': Readonly<Record<string, Reference>>;
  /** What a realm may say to each dialect (`settings.dialects.<name>`), by the name of the dialect. */
  readonly 'x-realm-settings': Readonly<Record<string, JsonSchema>>;
}

export const methods = Object.freeze(['get', 'put', 'post', 'patch', 'delete'] as const);
export type Method = (typeof methods)[number];
export type PathItem = { readonly [method in Method]?: OperationObject };

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly (Parameter | Reference)[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, Response | Reference>>;
  /** Names of what is served here; absent on open paths, as is the permission that the application needs. */
  readonly 'x-endpoints'?: readonly string[];
  readonly 'x-permission'?: string;
}

export interface RequestBody {
  readonly required: boolean;
  readonly description: string;
  readonly content: Readonly<Record<string, MediaType>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: string;
}

export interface Header {
  readonly description: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly example?: string;
}

export interface Response {
  readonly description: string;
  readonly headers: Readonly<Record<string, Header | Reference>>;
  readonly content: Readonly<Record<string, MediaType>>;
}

export interface MediaType {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, Example>>;
}

export interface Example {
  readonly summary: string;
  readonly value: unknown;
}

export interface Reference {
  readonly $ref: string;
}

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export function isReference(value: object): value is Reference {
  return '$ref' in value;
}

/** What a reference inside the document leads to. @throws Error if it leads nowhere */
export function resolve<Value extends object>(document: OpenApiDocument, value: Value | Reference): Value {
  if (!isReference(value)) return value;
  let found: unknown = document;
  for (const part of value.$ref.replace('#/', '').split('/')) found = (found as Record<string, unknown>)[part];
  if (typeof found !== 'object' || found === null) throw new Error(`${value.$ref} leads nowhere`);
  return resolve(document, found as Value | Reference);
}

/** Every operation of the document, in its order. */
export function operationsOf(
  document: OpenApiDocument,
): readonly { readonly path: string; readonly method: Method; readonly operation: OperationObject }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
}
