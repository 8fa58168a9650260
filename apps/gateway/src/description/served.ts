import type { Endpoint, Method, Route } from '../exchange/endpoint.js';

/** A path and method, and what is served there. Two endpoints can be: then something beyond the path tells them apart. */
export interface Served {
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly method: Method;
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly endpoint: Endpoint;
  readonly route: Route;
}

/** Every path and method of these endpoints, in their order, paths together. */
export function servedBy(endpoints: readonly Endpoint[]): readonly Served[] {
  const served = new Map<string, Served>();
  for (const endpoint of endpoints) {
    for (const route of endpoint.routes) {
      for (const method of route.methods) {
        const key = `${method} ${route.path}`;
        const before = served.get(key)?.variants ?? [];
        served.set(key, { path: route.path, method, variants: [...before, { endpoint, route }] });
      }
    }
  }
  return [...served.values()].map(({ variants, ...rest }) => ({ ...rest, variants: variants.toSorted(selectedLast) }));
}

/** What a path serves by itself goes before what it serves when something beyond the path selects it. */
function selectedLast(a: Variant, b: Variant): number {
  return Number(a.route.selector !== undefined) - Number(b.route.selector !== undefined);
}

export function endpointsOf({ variants }: Served): readonly Endpoint[] {
  return variants.map(({ endpoint }) => endpoint);
}

/** `users.show`, or `groups.add-users-or-groups.add-user`. */
export function nameOf(served: Served): string {
  return endpointsOf(served)
    .map(({ name }) => name)
    .join('-or-');
}
