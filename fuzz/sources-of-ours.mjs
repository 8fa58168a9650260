import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const requireHere = createRequire(import.meta.url);

/**
 * An esbuild plugin that takes our packages by their sources, as specs have them.
 * @param {{ isBundled: boolean }} options whether installed packages go into the bundle: one that lies outside of the
 *   project finds no others
 */
export function sourcesOfOurs({ isBundled }) {
  return {
    name: 'sources-of-ours',
    setup(plugin) {
      plugin.onResolve({ filter: /^@countersign\/[^/]+$/ }, ({ path }) => ({
        path: join(root, 'libs', path.split('/')[1], 'src', 'index.ts'),
      }));
      plugin.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === 'entry-point' || path.startsWith('@countersign/')) return undefined;
        return { path: isBundled ? requireHere.resolve(path) : path, external: true };
      });
    },
  };
}
