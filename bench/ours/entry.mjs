import { existsSync } from 'node:fs';
import { join } from 'node:path';

const APPS = join(import.meta.dirname, '..', '..', 'apps');

/**
 * What an operator would start: the bundle, or what the compiler emitted where there is none.
 *
 * @param {string} service
 * @returns {string} path
 */
export function entryOf(service) {
  const found = ['bundle', 'dist'].map((folder) => join(APPS, service, folder, 'main.js')).find(existsSync);
  if (found === undefined) throw new Error(`${service} is not built`);
  return found;
}
