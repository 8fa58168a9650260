import type { IncomingMessage } from 'node:http';
import { answerHalfClosed } from '@countersign/observability';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import type { GatewaySettings } from '../settings.js';
import type { GeneralAnswers } from './answer.js';
import { type RequestTarget, routedUrl, targetOf } from './request-target.js';
import { UnreadableRequests } from './unreadable.js';

/** What tells routes of one path apart: see find-my-way's constraint strategies. */
export type RouteConstraints = NonNullable<NonNullable<FastifyServerOptions['routerOptions']>['constraints']>;

/**
 * The HTTP side of the gateway, bounded in every direction (guarantee G8).
 * @param answers to what never becomes a request
 */
export function createAdapter(
  settings: GatewaySettings,
  answers: GeneralAnswers,
  constraints: RouteConstraints,
  routedSegments: (target: RequestTarget) => readonly string[] | undefined,
): FastifyAdapter {
  const unreadable = new UnreadableRequests(answers);
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: settings.REQUEST_BODY_LIMIT_BYTES,
    requestTimeout: settings.REQUEST_TIMEOUT_MS,
    connectionTimeout: settings.STALL_TIMEOUT_MS,
    keepAliveTimeout: settings.KEEP_ALIVE_TIMEOUT_MS,
    // Ours says so in the dialect's shape, signed, and lets what is under way finish.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // RFC 9110 section 9.1: what takes GET takes HEAD.
    exposeHeadRoutes: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_SEGMENT, constraints },
    http: {
      headersTimeout: settings.HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(settings.HEADERS_TIMEOUT_MS, 5_000),
      // The values of a repeated header are joined, so that it is refused instead of one of them being picked.
      joinDuplicateHeaders: true,
      // Node would refuse what names no host in words of its own; so the guard does it.
      requireHostHeader: false,
    },
    clientErrorHandler: unreadable.answer,
    rewriteUrl: (request: IncomingMessage) => {
      const target = targetOf(request);
      return routedUrl(target, routedSegments(target));
    },
    skipMiddie: true,
  });
  const server = adapter.getInstance().server;
  server.maxConnections = settings.CONNECTION_LIMIT;
  answerHalfClosed(server);
  server.on('connect', unreadable.answerConnect);
  // An expectation that is not known may be ignored (RFC 9110 section 10.1.1); Node would answer it in its own words.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return adapter;
}

/** More than a whole request line may have, so that the guard answers long paths and not the router. */
const LONGEST_SEGMENT = 64 * 1024;
