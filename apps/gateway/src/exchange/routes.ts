import type { IncomingMessage } from 'node:http';
import { reservedRealmNames } from '@countersign/contracts';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { RouteConstraints } from '../http/fastify-adapter.js';
import { type RequestTarget, targetOf } from '../http/request-target.js';
import { type Dialect, nameAmongAll, type ServedRoute } from './dialect.js';
import type { Route } from './endpoint.js';

/** The dialects that a gateway speaks. */
export class DialectList<Kind extends Dialect = Dialect> {
  /** Takes every path that no other claims, and answers what cannot be read as HTTP at all. */
  readonly fallback: Kind;
  private readonly rooted: readonly Kind[];

  /** @throws Error unless exactly one of them is without a root, every root is reserved, and no route is outside of its root */
  constructor(readonly all: readonly Kind[]) {
    const [fallback, ...more] = all.filter(({ root }) => root === undefined);
    if (fallback === undefined || more.length > 0) throw new Error('exactly one dialect must be without a root');
    this.fallback = fallback;
    this.rooted = all.filter((dialect) => dialect !== fallback);
    for (const dialect of all) this.check(dialect);
  }

  /** The dialect of a path. */
  of(path: string): Kind {
    for (const dialect of this.rooted) {
      if (path === dialect.root || path.startsWith(`${dialect.root}/`)) return dialect;
    }
    return this.fallback;
  }

  /** The segments of a path as the routes of its dialect spell them; undefined: as they are. */
  routedSegments(target: RequestTarget): readonly string[] | undefined {
    return this.of(target.path).routedSegments?.(target);
  }

  private check(dialect: Kind): void {
    const { name, root, endpoints } = dialect;
    if (this.all.some((other) => other !== dialect && other.name === name)) throw new Error(`two dialects are ${name}`);
    const [, first = ''] = /^\/([^/]+)/.exec(root ?? '') ?? [];
    if (root !== undefined && !reservedRealmNames.has(first)) {
      throw new Error(`the root ${root} of ${name} must begin with a segment that is reserved from realms`);
    }
    for (const { path } of endpoints.flatMap(({ routes }) => routes)) {
      if (this.of(path) !== dialect) throw new Error(`the path ${path} of ${name} is not below its root`);
    }
  }
}

/** Hands every request to the pipeline, and tells the router which endpoint is where. */
export function registerRoutes(fastify: FastifyInstance, dialects: DialectList, receive: onRequestHookHandler): void {
  // The pipeline reads bodies itself, of any method and content type, before Fastify would look at either.
  for (const method of fastify.supportedMethods) {
    fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  fastify.addHook('onRequest', receive);
  for (const [index, dialect] of dialects.all.entries()) {
    for (const endpoint of dialect.endpoints) {
      const label = nameAmongAll(dialect, index, endpoint.name);
      for (const route of endpoint.routes) register(fastify, { label, dialect, endpoint, route });
    }
  }
}

function register(fastify: FastifyInstance, served: ServedRoute): void {
  const { methods, selector } = served.route;
  fastify.route({
    method: [...methods],
    url: routerPath(served.route),
    config: { served } as object,
    ...(selector === undefined ? {} : { constraints: { [SELECTOR]: selector } }),
    handler: neverReached,
  });
}

/** As the router writes a path: `/:realm/api/:version(^(?:v1|v2|v3)$)/users/:userId`. */
function routerPath({ path, patterns = {} }: Route): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const pattern = patterns[name];
    return pattern === undefined ? `:${name}` : `:${name}(^(?:${pattern})$)`;
  });
}

function neverReached(): never {
  throw new Error('a request has passed the pipeline');
}

/** What the router found for a request. A path below the root of one dialect is never served by another. */
export function servedBy(dialect: Dialect, { routeOptions }: FastifyRequest): ServedRoute | undefined {
  const { served } = routeOptions.config as { readonly served?: ServedRoute };
  return served?.dialect === dialect ? served : undefined;
}

/** The methods of all routes of a dialect that lead to a path, as the router would find them. */
export function methodsAt(dialect: Dialect, target: RequestTarget): readonly string[] {
  const selector = dialect.selectorOf?.(target);
  const segments = dialect.routedSegments?.(target) ?? target.segments ?? [];
  const places = placesOf.get(dialect) ?? readPlaces(dialect);
  return withHead(
    places.flatMap(({ route, expected }) =>
      route.selector === selector && fits(expected, segments) ? route.methods : [],
    ),
  );
}

export function withHead(methods: readonly string[]): readonly string[] {
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

interface Place {
  readonly route: Route;
  readonly expected: readonly (string | RegExp)[];
}

/** Read once: strangers may send any number of requests to paths where nothing is. */
const placesOf = new WeakMap<Dialect, readonly Place[]>();

function readPlaces(dialect: Dialect): readonly Place[] {
  const routes = dialect.endpoints.flatMap((endpoint) => endpoint.routes);
  const places = routes.map((route) => ({ route, expected: expectedSegments(route) }));
  placesOf.set(dialect, places);
  return places;
}

function expectedSegments({ path, patterns = {} }: Route): readonly (string | RegExp)[] {
  return path
    .slice(1)
    .split('/')
    .map((written) => {
      const [, name] = /^\{(\w+)\}$/.exec(written) ?? [];
      return name === undefined ? written : new RegExp(`^(?:${patterns[name] ?? '.*'})$`, 's');
    });
}

function fits(expected: readonly (string | RegExp)[], segments: readonly string[]): boolean {
  return (
    expected.length === segments.length &&
    expected.every((one, at) => (typeof one === 'string' ? one === segments[at] : one.test(segments[at] ?? '')))
  );
}

const SELECTOR = 'selector';

/**
 * Lets a dialect tell routes of one path apart by more than the path. A request for which it names a selector is routed
 * to nothing else, so that no route without one takes it.
 */
export function selectorConstraint(dialects: DialectList): RouteConstraints {
  return {
    [SELECTOR]: {
      name: SELECTOR,
      mustMatchWhenDerived: true,
      storage: () => {
        const handlers = new Map<string, Handlers>();
        return {
          get: (selector) => handlers.get(selector) ?? null,
          set: (selector, handler) => void handlers.set(selector, handler),
        };
      },
      validate: () => undefined,
      // Undefined is "no such constraint" to the router, whose types leave that out.
      deriveConstraint: ((request: IncomingMessage) => {
        const target = targetOf(request);
        return dialects.of(target.path).selectorOf?.(target);
      }) as Strategy['deriveConstraint'],
    },
  };
}

type Strategy = RouteConstraints[string];
type Storage = ReturnType<Strategy['storage']>;
type Handlers = Parameters<Storage['set']>[1];
