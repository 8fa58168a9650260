import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { RouteConstraints } from '../http/fastify-adapter.js';
import { targetOf } from '../http/request-target.js';
import type { DialectList } from './dialect-list.js';
import type { Route } from './endpoint.js';
import type { ServedRoute } from './exchange.js';
import type { Pipeline } from './pipeline.js';

/** Hands every request to the pipeline, and tells the router which endpoint is where. */
export function registerRoutes(fastify: FastifyInstance, dialects: DialectList, pipeline: Pipeline): void {
  // The pipeline reads bodies itself, of any method and content type, before Fastify would look at either.
  for (const method of fastify.supportedMethods) {
    fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  fastify.addHook('onRequest', (request, reply, done) => pipeline.receive(request, reply, done));
  for (const dialect of dialects.all) {
    for (const endpoint of dialect.endpoints) {
      for (const route of endpoint.routes) {
        const served: ServedRoute = { dialect, endpoint, route };
        fastify.route({
          method: [...route.methods],
          url: routerPath(route),
          config: { served } as object,
          ...(route.selector === undefined ? {} : { constraints: { [SELECTOR]: route.selector } }),
          handler: neverReached,
        });
      }
    }
  }
}

/** As the router writes a path: `/:realm/api/:version(^v[123]$)/users/:userId`. */
function routerPath({ path, patterns = {} }: Route): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const pattern = patterns[name];
    return pattern === undefined ? `:${name}` : `:${name}(^(?:${pattern})$)`;
  });
}

function neverReached(): never {
  throw new Error('a request has passed the pipeline');
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
