import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the build reads, below the root. */
const ROOT_FILES = ['package.json', 'tsconfig.json', 'tsconfig.base.json'];
const ROOT_FOLDERS = ['apps', 'libs', 'scripts'];
/** What the build, an install or a run writes. */
const NOT_SOURCES = new Set(['node_modules', 'dist', 'bundle', 'coverage', '.countersign']);

/**
 * A text that changes whenever a file that the build reads is changed, added or removed: names, sizes and times of
 * change, which costs a few milliseconds where reading the files would cost a second.
 *
 * @param {string} root folder of the checkout
 * @returns {Promise<string>} hex
 */
export async function fingerprintSources(root) {
  const paths = [...ROOT_FILES, ...(await Promise.all(ROOT_FOLDERS.map((folder) => listFiles(root, folder)))).flat()];
  const lines = await Promise.all(
    paths.sort().map(async (path) => {
      const found = await stat(join(root, path)).catch(() => undefined);
      return `${path}\0${found?.size}\0${found?.mtimeMs}`;
    }),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

async function listFiles(root, folder) {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter(
      (entry) => !NOT_SOURCES.has(entry.name) && !entry.name.endsWith('.spec.ts') && !entry.name.endsWith('.spec.mjs'),
    )
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(root, path) : [path];
    });
  return (await Promise.all(found)).flat();
}
