import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Project {
  readonly name: string;
  readonly folder: string;
  /** From `nx.tags` in package.json: `contracts`, `core`, `platform`, `app`, `testing`, `launcher`, `job`, `client`, `cli`. */
  readonly type: string;
  readonly dependencies: readonly string[];
}

/** What the rules look at: read from the disk for the real check, made up for a canary. */
export interface Workspace {
  readonly projects: readonly Project[];
  readonly files: readonly SourceFile[];
}

export interface Rule {
  /** The sentence it enforces. */
  readonly sentence: string;
  /** One line per breach, beginning with the path. */
  breaches(workspace: Workspace): string[];
  /** A breach planted to prove that the rule bites. */
  readonly canary: Workspace;
}

export const root = join(import.meta.dirname, '..', '..');
const skipped = new Set(['node_modules', 'dist', 'bundle', '.git', '.nx', '.countersign', 'coverage']);

export function readWorkspace(): Workspace {
  const folders = ['apps', 'libs', 'test', 'bench', 'fuzz', 'scripts', 'examples', 'bin', 'docs'];
  const pages = readdirSync(root).filter((name) => name.endsWith('.md'));
  const files = [
    ...folders.flatMap((folder) => walk(join(root, folder))),
    ...pages.map((name) => join(root, name)),
  ].map((file) => ({ path: relative(root, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }));
  return { files, projects: ['apps', 'libs'].flatMap(readProjects) };
}

function walk(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return /\.(ts|tsx|mjs|json|md|sh|py)$/.test(entry.name) ? [path] : [];
  });
}

function readProjects(area: string): Project[] {
  return readdirSync(join(root, area)).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, area, folder, 'package.json'), 'utf8'));
    return {
      name: manifest.name,
      folder: `${area}/${folder}`,
      type: String(manifest.nx?.tags?.[0]).replace('type:', ''),
      dependencies: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
    };
  });
}

/** Product code: what ships. */
export function isProduct(path: string): boolean {
  return /^(apps|libs)\/[^/]+\/src\/.*\.tsx?$/.test(path) && !isSpec(path) && !path.startsWith('libs/testing/');
}
export function isSpec(path: string): boolean {
  return /\.spec\.tsx?$/.test(path);
}

/** The module names a file imports or re-exports. */
export function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The text without comments, so that prose cannot break a rule (strings stay). */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(,])\/\/[^\n]*/g, '$1');
}

/** A made-up workspace of one file in one project. */
export function planted(path: string, text: string, type = 'app', dependencies: string[] = []): Workspace {
  const folder = path.split('/').slice(0, 2).join('/');
  const name = `@countersign/${folder.split('/')[1]}`;
  return { files: [{ path, text }], projects: [{ name, folder, type, dependencies }] };
}
