import { circlesOf, fileOf, type ImportGraph, importGraph, roomGraph, withoutTypeImports } from '../imports.js';
import { importsOf, isProduct, isSpec, planted, type Rule, type Workspace } from '../workspace.js';

/** A made-up workspace of several files. */
function plantedFiles(texts: Readonly<Record<string, string>>): Workspace {
  return { projects: [], files: Object.entries(texts).map(([path, text]) => ({ path, text })) };
}

function tellCircles(graph: ImportGraph): string[] {
  return circlesOf(graph).map((circle) => circle.join(' <-> '));
}

export const noCircles: Rule = {
  sentence: 'no files import each other in a circle, not even for types',
  breaches: (workspace) => tellCircles(importGraph(workspace)),
  canary: plantedFiles({
    'libs/outbox/src/a.ts': "import { b } from './b.js';\n",
    'libs/outbox/src/b.ts': "import { c } from './c.js';\n",
    'libs/outbox/src/c.ts': "import type { A } from './a.js';\n",
  }),
};

/** `apps/directory/src/users/user.store.ts` -> `apps/directory/src/users`; a project's own files may list its features. */
function featureOf(path: string): string | undefined {
  return isProduct(path) ? /^((apps|libs)\/[^/]+\/src\/[^/]+)\//.exec(path)?.[1] : undefined;
}

export const featuresApart: Rule = {
  sentence: 'features of a project import each other one way: two that need each other are one, or need a third',
  breaches: (workspace) => tellCircles(roomGraph(importGraph(workspace), featureOf)),
  canary: plantedFiles({
    'apps/factors/src/photos/a.ts': "import { b } from '../groups/b.js';\n",
    'apps/factors/src/groups/b.ts': 'export const b = 1;\n',
    'apps/factors/src/groups/c.ts': "import { d } from '../photos/d.js';\n",
    'apps/factors/src/photos/d.ts': 'export const d = 1;\n',
  }),
};

/** Rooms from the ground up: a file imports from its own room and from those that stand before it. */
const floors: readonly { readonly within: string; readonly rooms: readonly string[] }[] = [
  { within: '', rooms: ['libs', 'apps', 'scripts', 'test', 'fuzz', 'bench'] },
  { within: 'libs/messaging/src/', rooms: ['wire', 'connection', 'client', 'server'] },
  { within: 'apps/gateway/src/', rooms: ['http', 'exchange', 'description', 'schemes', 'dialects'] },
];

/** Specs of products open what they test by what lies in `test/`. */
function isFree(path: string): boolean {
  return isSpec(path) && /^(apps|libs)\//.test(path);
}

export const noImportUpward: Rule = {
  sentence: 'no file imports from a room above its own: libraries to bench, HTTP to dialects, wire to server',
  breaches: (workspace) =>
    [...importGraph(workspace)]
      .filter(([path]) => !isFree(path))
      .flatMap(([path, imported]) =>
        floors
          .flatMap(({ within, rooms }) => {
            const floorOf = (file: string) =>
              file.startsWith(within) ? rooms.indexOf(file.slice(within.length).split('/')[0] ?? '') : -1;
            const floor = floorOf(path);
            return floor < 0 ? [] : imported.filter((file) => floorOf(file) > floor);
          })
          .map((file) => `${path}: imports ${file}`),
      ),
  canary: plantedFiles({
    'libs/messaging/src/wire/a.ts': "import type { Bus } from '../connection/bus.js';\n",
    'libs/messaging/src/connection/bus.ts': 'export class Bus {}\n',
    'apps/gateway/src/exchange/a.ts': "import { hmac } from '../schemes/hmac.js';\n",
    'apps/gateway/src/schemes/hmac.ts': 'export const hmac = 1;\n',
    'scripts/a.mjs': "import { b } from '../test/b.mjs';\n",
    'test/b.mjs': 'export const b = 1;\n',
  }),
};

/** What a program must not load, by way of our libraries either. */
const programs: readonly { readonly entry: string; readonly bans: RegExp }[] = [
  { entry: 'apps/cli/src/main.ts', bans: /^(@nestjs\/|rxjs|reflect-metadata$|typeorm$|pg$)/ },
  { entry: 'apps/provisioner/src/main.ts', bans: /^(@nestjs\/|rxjs|reflect-metadata$|typeorm$)/ },
  { entry: 'apps/gateway/src/main.ts', bans: /^(@nestjs\/typeorm$|typeorm$|pg$)/ },
];

export const lightPrograms: Rule = {
  sentence: 'the command line and the provisioner load no Nest, and the gateway no database, through libraries either',
  breaches: (workspace) =>
    programs.flatMap(({ entry, bans }) =>
      loadedFrom(entry, workspace).flatMap(({ path, packages }) =>
        packages.filter((name) => bans.test(name)).map((name) => `${path}: makes ${entry} load ${name}`),
      ),
    ),
  canary: plantedFiles({
    'apps/cli/src/main.ts': "const { run } = await import('./run.js');\n",
    'apps/cli/src/run.ts': "import { Bus } from '@countersign/messaging';\n",
    'libs/messaging/src/index.ts': "export { Bus } from './bus.js';\n",
    'libs/messaging/src/bus.ts': "import { Global } from '@nestjs/common';\nexport class Bus {}\n",
  }),
};

/** The files of ours that a program loads, now or later, each with the packages that it names. */
function loadedFrom(entry: string, { files }: Workspace): { readonly path: string; readonly packages: string[] }[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const known = new Set(texts.keys());
  const loaded = new Map<string, string[]>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (loaded.has(path)) continue;
    const packages: string[] = [];
    for (const module of importsOf(withoutTypeImports(texts.get(path) ?? ''))) {
      const file = fileOf(path, module, known);
      if (file === undefined) packages.push(module);
      else waiting.push(file);
    }
    loaded.set(path, packages);
  }
  return [...loaded].map(([path, packages]) => ({ path, packages }));
}

export const openedByADoc: Rule = {
  sentence: 'the door of a library opens with a doc of what it promises, and names what it exports',
  breaches: ({ files }) =>
    files
      .filter(({ path }) => /^libs\/[^/]+\/src\/(server\/)?index\.ts$/.test(path))
      .flatMap(({ path, text }) => [
        ...(/^\/\*\*\n( \*[^\n]*\n){3,}/.test(text) ? [] : [`${path}: does not open with a doc`]),
        ...(/\bexport \*/.test(text) ? [`${path}: exports *`] : []),
      ]),
  canary: planted('libs/sealing/src/index.ts', "export * from './seal.js';\n"),
};
