import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
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
      plugin.onResolve({ filter: /^@countersign\// }, ({ path }) => {
        const [, library, ...door] = path.split('/');
        return { path: join(root, 'libs', library, 'src', ...door, 'index.ts') };
      });
      plugin.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path: isBundled ? requireHere.resolve(path) : path, external: true },
      );
    },
  };
}
