import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { GatewaySettings } from '../settings.js';
import type { RequestGuard } from '../signature/request.guard.js';
import type { ResponseHook } from '../signature/response.hook.js';
import { routedUrl, targetOf } from './request-target.js';
import { answerConnect, answerUnreadable } from './unreadable.js';

/** The HTTP side of the gateway, bounded in every direction (guarantee G8). */
export function createAdapter(settings: GatewaySettings): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: settings.REQUEST_BODY_LIMIT_BYTES,
    requestTimeout: settings.REQUEST_TIMEOUT_MS,
    connectionTimeout: settings.STALL_TIMEOUT_MS,
    keepAliveTimeout: settings.KEEP_ALIVE_TIMEOUT_MS,
    // Ours says so in the dialect's shape, signed, and lets what is under way finish.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_SEGMENT },
    http: {
      headersTimeout: settings.HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(settings.HEADERS_TIMEOUT_MS, 5_000),
      // A header that is there twice is joined, so that it is refused instead of one of the two being picked.
      joinDuplicateHeaders: true,
    },
    clientErrorHandler: answerUnreadable,
    rewriteUrl: (request: IncomingMessage) => routedUrl(targetOf(request)),
    skipMiddie: true,
  });
  const server = adapter.getInstance().server;
  server.maxConnections = settings.CONNECTION_LIMIT;
  server.on('connect', answerConnect);
  return adapter;
}

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

/** More than a whole request line may have, so that the guard answers long paths and not the router. */
const LONGEST_SEGMENT = 64 * 1024;
