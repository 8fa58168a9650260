import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { sourcesOfOurs } from '../test/faults/sources-of-ours.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'node_modules', '.cache', 'countersign-fuzz');

/** Not a parser, but all of them at once, behind a socket. */
const gateway = { name: 'gateway', about: 'a real gateway: any bytes, spoilt requests, half-closed connections' };

/** By the clock, so only when it is asked for. */
const timing = {
  name: 'timing',
  about: 'whether comparing secrets takes another time where they differ (not by default)',
};

/**
 * @param {{ names: readonly string[], seconds: number, seed: number, input?: Buffer, isList: boolean }} options
 * @returns {Promise<number>} exit code
 */
export async function runFuzz({ names, seconds, seed, input, isList }) {
  const { targets, scriptUrl, fuzz, fuzzTheGateway, measureTiming, replay } = await load();
  const all = [...targets, gateway, timing];
  if (isList) {
    for (const { name, about } of all) process.stdout.write(`${name.padEnd(18)} ${about}\n`);
    return 0;
  }
  const unknown = names.filter((name) => all.every((target) => target.name !== name));
  if (unknown.length > 0) {
    process.stderr.write(
      `error: no target ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}\n`,
    );
    return 2;
  }
  const isWanted = ({ name }) => names.length === 0 || names.includes(name);
  const chosen = targets.filter(isWanted);
  if (input !== undefined && chosen.length === 1) return replay(chosen[0], input);
  const codes = [
    chosen.length > 0 ? await fuzz({ targets: chosen, scriptUrl, seconds, seed }) : 0,
    isWanted(gateway) ? await fuzzTheGateway({ seconds, seed }) : 0,
    names.includes(timing.name) ? measureTiming({ seconds, seed }) : 0,
  ];
  return Math.max(...codes);
}

/** Parsers and targets are one script and the fuzzer is another, so that only the former is looked at for new ways. */
async function load() {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: { main: join(root, 'fuzz', 'main.ts'), targets: join(root, 'fuzz', 'targets', 'targets.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [sourcesOfOurs({ isElsewhere: false }), foldersOfSources],
  });
  const [engine, { targets, scriptUrl }] = await Promise.all(
    ['main', 'targets'].map((name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href)),
  );
  return { ...engine, targets, scriptUrl };
}

/** A file that looks for others beside itself still finds them, bundled elsewhere. */
const foldersOfSources = {
  name: 'folders-of-sources',
  setup(plugin) {
    plugin.onLoad({ filter: /\/test\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};
