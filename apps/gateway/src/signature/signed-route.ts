import type { Operation, Permission } from '@countersign/contracts';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** What the gateway must know of a route of the signed API before its handler runs. */
export interface SignedRouteDeclaration {
  /** For the metrics: a closed list. */
  readonly name: string;
  readonly permission: Permission;
  /** `effect: 'none'` lets the handler ask while the claim is under way; everything else waits for it. */
  readonly operation: Operation;
  /**
   * The handler reads settings of the realm before it asks, so that it waits for the claim in any case: only the claim
   * tells whether this gateway's copy of them is the present one.
   */
  readonly readsSettings?: boolean;
}

/** Declares a handler to be a route of the signed API. */
export function SignedRoute(declaration: SignedRouteDeclaration): MethodDecorator {
  return RouteConfig({ signed: Object.freeze(declaration) });
}

/** The declaration of the route that a request came to; undefined where nothing is. */
export function signedRouteOf(request: FastifyRequest): SignedRouteDeclaration | undefined {
  return (request.routeOptions.config as { signed?: SignedRouteDeclaration }).signed;
}
