import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const requireHere = createRequire(import.meta.url);

/**
 * An esbuild plugin that takes our packages by their sources, as specs have them.
 * @param {{ isElsewhere: boolean }} options whether the bundle will lie outside of the project, where it finds no
 *   installed packages by their names
 */
export function sourcesOfOurs({ isElsewhere }) {
  return {
    name: 'sources-of-ours',
    setup(plugin) {
      plugin.onResolve({ filter: /^@countersign\// }, ({ path }) => {
        const [, library, ...door] = path.split('/');
        return { path: join(root, 'libs', library, 'src', ...door, 'index.ts') };
      });
      plugin.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path: isElsewhere ? requireHere.resolve(path) : path, external: true },
      );
    },
  };
}
