import { dirname, join } from 'node:path/posix';
import { importsOf, type Workspace, withoutComments } from './workspace.js';

/** What each file or room imports; those that import nothing of ours are in it too. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const code = /\.(ts|tsx|mjs)$/;

/** Files by what they import of each other, types included. */
export function importGraph({ files }: Workspace): ImportGraph {
  const known = new Set(files.map(({ path }) => path));
  return new Map(
    files
      .filter(({ path }) => code.test(path))
      .map(({ path, text }) => [path, importsOf(text).flatMap((module) => fileOf(path, module, known) ?? [])]),
  );
}

/** The file that an import leads to, if it is one of ours. */
export function fileOf(importer: string, module: string, known: ReadonlySet<string>): string | undefined {
  const [, project = '', ...door] = module.split('/');
  const candidates = module.startsWith('@countersign/')
    ? [join('libs', project, 'src', ...door, 'index.ts'), join('apps', project, 'src', `${door.join('/')}.ts`)]
    : [join(dirname(importer), module), join(dirname(importer), module.replace(/\.js$/, '.ts'))];
  return module.startsWith('.') || module.startsWith('@countersign/')
    ? candidates.find((path) => known.has(path))
    : undefined;
}

/** The text without the imports and exports that the compiler takes out: of types only. */
export function withoutTypeImports(text: string): string {
  return withoutComments(text)
    .replace(/(^|\n)\s*(import|export) type\s[^;]*;/g, '$1')
    .replace(/(^|\n)\s*(import|export) \{(\s*type \w+( as \w+)?,?)+\s*\} from '[^']+';/g, '$1');
}

/** The same graph between rooms: `roomOf` names the room of a file, `undefined` leaves it out. */
export function roomGraph(graph: ImportGraph, roomOf: (path: string) => string | undefined): ImportGraph {
  const rooms = new Map<string, string[]>();
  for (const [path, imported] of graph) {
    const room = roomOf(path);
    if (room === undefined) continue;
    const others = imported.flatMap((file) => roomOf(file) ?? []).filter((other) => other !== room);
    rooms.set(room, [...new Set([...(rooms.get(room) ?? []), ...others])]);
  }
  return rooms;
}

/** The largest sets whose members all reach each other, each sorted (Tarjan's strongly connected components). */
export function circlesOf(graph: ImportGraph): string[][] {
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  let count = 0;
  const visit = (node: string): number => {
    const index = count;
    count += 1;
    lowest.set(node, index);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      const known = lowest.get(next);
      const reached = known === undefined ? visit(next) : open.includes(next) ? known : index;
      lowest.set(node, Math.min(lowest.get(node) ?? index, reached));
    }
    if (lowest.get(node) === index) {
      const circle = open.splice(open.indexOf(node));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return lowest.get(node) ?? index;
  };
  for (const node of graph.keys()) if (!lowest.has(node)) visit(node);
  return circles;
}
