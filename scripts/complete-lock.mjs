/**
 * Adds to package-lock.json the builds for other platforms that a package names and that the lock lacks. npm leaves out
 * what a registry does not offer it at that moment, and `npm ci`, with which images are built, then refuses the lock
 * everywhere. Run it after a change of the lock; it changes nothing else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const systems = new Set(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);
const processors = new Set(['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64']);

/**
 * The optional packages that a lock names and does not hold.
 *
 * @param {Record<string, { optionalDependencies?: Record<string, string>, dev?: boolean }>} packages `packages` of a lock
 * @returns {{ place: string, version: string, dev: boolean }[]}
 */
export function missingFrom(packages) {
  return Object.entries(packages).flatMap(([parent, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isHeld(packages, parent, name))
      .map(([name, version]) => ({ place: `node_modules/${name}`, version, dev })),
  );
}

/** As Node looks for it: in the package, then in each folder above. */
function isHeld(packages, parent, name) {
  for (let above = parent; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/node_modules/')))) {
    if (`${above === '' ? '' : `${above}/`}node_modules/${name}` in packages) return true;
    if (above === '') return false;
  }
}

/** What a lock says of a build, from its name: `@nx/nx-linux-arm64-musl`. */
function entryOf({ place, version, dev }) {
  const words = place.split(/[/-]/);
  const os = words.filter((word) => systems.has(word));
  const cpu = words.filter((word) => processors.has(word));
  const libc = /-musl/.test(place) ? ['musl'] : /-gnu/.test(place) && os.includes('linux') ? ['glibc'] : [];
  if (os.length !== 1 || cpu.length !== 1 || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${place} ${version} is not a build of one version for one platform`);
  }
  return { version, cpu, ...(dev && { dev }), ...(libc.length > 0 && { libc }), optional: true, os };
}

function complete(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingFrom(lock.packages);
  for (const build of missing) lock.packages[build.place] = entryOf(build);
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stderr.write(`package-lock.json: ${missing.length} builds for other platforms added\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  complete(join(import.meta.dirname, '..', 'package-lock.json'));
}
