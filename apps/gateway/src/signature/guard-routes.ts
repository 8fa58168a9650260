import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { RequestGuard } from './request.guard.js';
import type { ResponseHook } from './response.hook.js';

/** Puts the two directions of the signed API around all routes, the missing ones included. */
export function guardRoutes(adapter: FastifyAdapter, guard: RequestGuard, hook: ResponseHook): void {
  const fastify = adapter.getInstance();
  // The guard reads bodies itself, of any method and content type, before Fastify would look at either.
  for (const method of fastify.supportedMethods)
    fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  fastify.decorateRequest('exchange', null);
  fastify.addHook('onRequest', guard.arrive);
  fastify.addHook('onSend', hook.leave);
}
