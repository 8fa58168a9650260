import type { Operation, Permission, RefusalOf, ReplyOf, RequestInput } from '@countersign/contracts';
import type { z } from 'zod';
import type { JsonObject } from '../http/json-body.js';
import type { Application } from './application.js';

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One way to an endpoint. All ways of an endpoint have one meaning. */
export interface Route {
  /** How the handler and the description tell the ways apart, such as `by-query`; empty for the plain way. */
  readonly form: string;
  readonly methods: readonly Method[];
  /** From the root, as OpenAPI writes it: `/{realm}/api/{version}/users/{userId}`. */
  readonly path: string;
  /** Regular expressions that parameters of the path must match as a whole, by name. */
  readonly patterns?: Readonly<Record<string, string>>;
  /** Served only where the dialect's `selectorOf` says the same of the request. */
  readonly selector?: string;
  /** Parameters of the query, by the names of their descriptions. */
  readonly query?: readonly string[];
  /**
   * Whether the handler reads settings of the realm before it asks. Then it waits for the claim in any case: only the
   * claim tells whether this gateway's copy of them is current.
   */
  readsSettings?(params: Call['params']): boolean;
}

/** What is read of a request's body. Keys beyond the schema are ignored. */
export interface BodyFacts<Body = unknown> {
  readonly isRequired: boolean;
  /** Where it is no JSON; the content type that a request names is not looked at. */
  readonly contentType?: string;
  /**
   * What the schema parses, from the bytes as they came. Left out: a JSON object, and zero bytes are an empty one.
   * @throws MalformedRequest
   */
  readonly read?: (raw: Buffer | undefined, contentEncoding: string | undefined) => unknown;
  /** Parses the body and describes it. */
  readonly schema: z.ZodType<Body>;
  readonly example: unknown;
}

/** An answer that the handler makes. */
export interface ReplyFacts {
  /** Default: 200. */
  readonly http?: number;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly example: unknown;
}

/** What a handler answers with another status than 200, or with headers of its own. Those of every answer stay ours. */
export class Reply {
  constructor(
    readonly http: number,
    readonly body: object,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/**
 * Everything about one endpoint, in one place. It is routed, guarded, served and described from this.
 * @typeParam Asked the operation that the handler may ask: no other
 */
export interface Endpoint<Asked extends Operation = Operation, Body = unknown, Settings = unknown> {
  /** For metrics and the description: a closed list. */
  readonly name: string;
  /** Where the description sorts it. */
  readonly tag: string;
  readonly summary: string;
  readonly notes: readonly string[];
  readonly routes: readonly Route[];
  readonly permission: Permission;
  /** `effect: 'none'` lets the handler ask while the claim is under way; everything else waits for it. */
  readonly operation: Asked;
  /** Refusals of the operation that concern what no request to this endpoint can send. */
  readonly neverMet?: readonly RefusalOf<Asked>[];
  /** Undefined: a body is verified like any other, and means nothing. */
  readonly body: BodyFacts<Body> | undefined;
  /** The first is the success. */
  readonly replies: readonly [ReplyFacts, ...ReplyFacts[]];
  /** The body of an answer of 200, or a {@link Reply}. @throws Problem, MalformedRequest */
  handle(call: Call<Asked, Body, Settings>): Promise<object | Reply>;
}

/** A request, as the handler of its endpoint sees it. */
export interface Call<Asked extends Operation = Operation, Body = unknown, Settings = unknown> {
  readonly realm: string;
  /** Which way the request came: the form of one of the endpoint's routes. */
  readonly form: string;
  /** Parameters of the path, decoded once. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** `?` and what follows, or empty; not verified. */
  readonly query: string;
  /** Current once {@link ask} has answered, or where the route `readsSettings`. */
  readonly application: Application<Settings>;
  /** The body as the endpoint's schema reads it. @throws MalformedRequest, Problem */
  body(): Body;
  /** The JSON object in the body, as it came. @throws MalformedRequest */
  json(): JsonObject;
  /** Notes the user that the request names, in the request's own spelling, for answers that repeat it. */
  noteSubject(shown: string): void;
  /** Asks the endpoint's operation on behalf of the application. The reply comes once the claim is decided. @throws Problem */
  ask(request: RequestInput<Asked>): Promise<ReplyOf<Asked>>;
}
