import type { Endpoint, Form, Method } from '../secureauth/endpoint.js';

/** A path and method, and what is served there. Two endpoints can be: then `?username=` tells them apart. */
export interface Served {
  /** As OpenAPI writes it, below the realm and version. */
  readonly path: string;
  readonly method: Method;
  readonly variants: readonly { readonly endpoint: Endpoint; readonly form: Form }[];
}

/** Every path and method of these endpoints, in their order, paths together. */
export function servedBy(endpoints: readonly Endpoint[]): readonly Served[] {
  const served = new Map<string, Served>();
  for (const endpoint of endpoints) {
    for (const { form, methods, path } of endpoint.routes) {
      for (const method of methods) {
        const before = served.get(`${method} ${path}`)?.variants ?? [];
        served.set(`${method} ${path}`, { path, method, variants: [...before, { endpoint, form }] });
      }
    }
  }
  return [...served.values()].map(({ variants, ...rest }) => ({ ...rest, variants: variants.toSorted(queryLast) }));
}

/** What a path serves by itself goes before what it serves when the query names the user. */
function queryLast(a: Served['variants'][number], b: Served['variants'][number]): number {
  return Number(a.form === 'query') - Number(b.form === 'query');
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
