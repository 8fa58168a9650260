import type { CommonProblemCode, Problem, RefusalOf } from '@countersign/contracts';
import type { z } from 'zod';
import type { Answer, GeneralAnswers } from '../http/answer.js';
import type { RequestTarget } from '../http/request-target.js';
import type { Application } from './application.js';
import type { Endpoint, Route } from './endpoint.js';
import type { CredentialScheme, SchemeParts } from './scheme.js';

/**
 * A wire protocol that applications speak: where its paths are, by which scheme its requests are trusted, what can be
 * asked, and in which words it is answered. A dialect translates and decides nothing else.
 */
export interface Dialect<Settings = unknown> {
  /** As its folder is named. */
  readonly name: string;
  /** The path below which every request is of this dialect, such as `/api/v1`; undefined: what no other dialect claims. */
  readonly root: string | undefined;
  /** `path`: the first segment of every path is a realm. `credential`: the realm is that of the application. */
  readonly realmFrom: 'path' | 'credential';
  /** Called once for each gateway. */
  openScheme(parts: SchemeParts<Settings>): CredentialScheme<Settings>;
  readonly endpoints: readonly Endpoint[];
  /** Tells requests of one path apart by more than the path, for routes with a `selector`. */
  selectorOf?(target: RequestTarget): string | undefined;
  /**
   * The segments of a path as the routes spell them, where the dialect takes fixed words in other spellings too; undefined
   * where they are spelled so already. What is signed stays as it was sent.
   */
  routedSegments?(target: RequestTarget): readonly string[] | undefined;
  /** Of `realm.settings.dialects.<name>`, parsed once for each read of an application. `{}` fits. */
  readonly settings: z.ZodType<Settings>;
  /** What is answered to any request, whatever it asks for. */
  readonly answers: GeneralAnswers;
  /** A request that cannot be understood. `reason` says what was expected, never a value. */
  malformed(reason: string): Answer;
  /** What a service refused. */
  answerTo(problem: Problem, refused: RefusedCall<Settings>): Answer;
}

/** Of the request that a service refused. */
export interface RefusedCall<Settings = unknown> {
  readonly endpoint: Endpoint | undefined;
  readonly application: Application<Settings> | undefined;
  /** The user that the request named, in its own spelling. */
  readonly subject: string | undefined;
}

/** What the router holds for a route. */
export interface ServedRoute {
  /** Names the endpoint in metrics and the log. */
  readonly label: string;
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly route: Route;
}

/**
 * A name of a dialect's among those of all dialects of a gateway, which may use the same: all but the first dialect
 * qualify theirs.
 */
export function nameAmongAll({ name: dialect }: Pick<Dialect, 'name'>, index: number, name: string): string {
  return index === 0 ? name : `${dialect}.${name}`;
}

/**
 * The problem codes that endpoints can meet: those that their operations declare, and those of every ask. A dialect
 * that types its translations by this cannot forget a code and need not translate any other.
 */
export type ProblemsOf<Endpoints extends readonly Endpoint[]> =
  | RefusalOf<Endpoints[number]['operation']>
  | CommonProblemCode;
