import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { rootDir, sourcesOfPackages, typescript } from '../../jest.config.mjs';

/** Hooks of the loader of Node for specs: packages of ours are their sources, and sources are compiled. */
const globals = new URL('globals.mjs', import.meta.url).href;
const packages = Object.entries(sourcesOfPackages).map(([pattern, path]) => [new RegExp(pattern), path]);
const isSource = (url) => /\.ts(\?run=\d+)?$/.test(url);

export async function resolve(specifier, context, next) {
  const url = specifier === '@jest/globals' ? globals : sourceOf(specifier, context.parentURL);
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
}

function sourceOf(specifier, importer) {
  if (specifier.startsWith('@countersign/')) {
    const [pattern, path] = packages.find(([of]) => of.test(specifier)) ?? [];
    return pattern && pathToFileURL(specifier.replace(pattern, path.replace('<rootDir>', rootDir))).href;
  }
  if (!/^\.{1,2}\/.*\.js$/.test(specifier) || importer.includes('/node_modules/')) return undefined;
  const { href } = new URL(specifier.replace(/js$/, 'ts'), importer);
  return existsSync(fileURLToPath(href)) ? href : undefined;
}

export async function load(url, context, next) {
  if (!isSource(url)) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...typescript, filename });
  return { format: 'module', source: code, shortCircuit: true };
}
