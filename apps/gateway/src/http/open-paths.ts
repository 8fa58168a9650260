/** What is answered without a signature: see the controllers in `health/` and `description/`. */
export const openPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']);

/** Compared as written, so that no spelling of another path can pass for an open one. */
export function isOpenPath(path: string): boolean {
  return openPaths.has(path) || (path.endsWith('/') && openPaths.has(path.slice(0, -1)));
}
