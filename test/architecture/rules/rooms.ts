import { dirname, join } from 'node:path/posix';
import {
  importsOf,
  isProduct,
  planted,
  type Rule,
  type SourceFile,
  type Workspace,
  withoutComments,
} from '../workspace.js';

/** A rule that refuses a pattern outside the rooms where it belongs. */
function confined(sentence: string, pattern: RegExp, mayHold: (path: string) => boolean, canaryLine: string): Rule {
  return {
    sentence,
    breaches: ({ files }) =>
      files
        .filter(({ path }) => isProduct(path) && !mayHold(path))
        .filter(({ text }) => pattern.test(withoutComments(text)))
        .map(({ path }) => `${path}: holds ${pattern.source}`),
    canary: planted('apps/directory/src/users/update-user.ts', `${canaryLine}\n`),
  };
}
const nowhere = () => false;

export const environmentRoom = confined(
  'process.env is read by settings and by the entry files only',
  /process\.env\b/,
  (path) => path.startsWith('libs/settings/') || /^apps\/[^/]+\/src\/main\.ts$/.test(path),
  'const url = process.env.DATABASE_URL;',
);
export const clockRoom = confined(
  'time and chance are handed in: only libs/clock reads them',
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|performance\.now\(/,
  (path) => path.startsWith('libs/clock/'),
  'const at = Date.now();',
);
export const raceRoom = confined(
  'a wait with a bound is within() of libs/clock, which leaves no timer behind',
  /\bPromise\.race\(/,
  (path) => path.startsWith('libs/clock/'),
  'await Promise.race([ended, late]);',
);
/** A list of package sources without a secret, in a folder of its own that goes again; apt reads it as another user. */
const packageSources = 'libs/embedded/src/nats/fetch-nats-server.ts';
export const fileRoom = confined(
  'files are written by libs/files only: whole or not at all, for their owner alone',
  /\b(?:writeSync|writevSync|writeFileSync|writeFile|appendFileSync|appendFile|createWriteStream)\(/,
  (path) => path.startsWith('libs/files/') || path === packageSources,
  'writeSync(descriptor, keyRing);',
);
export const noConsole = confined('nothing prints through console', /\bconsole\.\w/, nowhere, "console.log('x');");
export const noForwardRef = confined(
  'no late imports against cycles',
  /\bforwardRef\(/,
  nowhere,
  'forwardRef(() => A);',
);
export const noDefaultExport = confined(
  'exports are named',
  /\bexport default\b/,
  nowhere,
  'export default class A {}',
);
export const noEnum = confined(
  'closed lists are frozen constants, not enums',
  /\benum \w+ \{/,
  nowhere,
  'enum A { B }',
);
export const noQuotingFinder = confined(
  'nothing is found by a finder whose error quotes what it looked for',
  /\b(findOne|findOneBy|getOne)OrFail\(/,
  nowhere,
  'await users.findOneByOrFail({ userId });',
);
export const noAny = confined('nothing is any', /(: any\b|\bas any\b|<any>)/, nowhere, 'const a: any = 1;');

const importRules: readonly { readonly holder: RegExp; readonly refused: RegExp; readonly sentence: string }[] = [
  {
    holder: /^apps\/[^/]+\/src\/(?!migrations\/)[^/]+\/(?!.*\.(store|entity)\.ts$)/,
    refused: /^(typeorm|pg)$|\.entity\.js$/,
    sentence: 'tables and TypeORM are for stores',
  },
  { holder: /\.store\.ts$/, refused: /^@countersign\/messaging/, sentence: 'stores do not know who asks' },
  { holder: /\.entity\.ts$/, refused: /^(?!typeorm$)/, sentence: 'entities import typeorm only' },
  {
    holder: /\.(policy|moves)\.ts$/,
    refused: /^(typeorm|pg|@nestjs\/|@nats-io\/|node:fs)|\.(store|entity)\.js$/,
    sentence: 'policies are pure',
  },
];

export const layers: Rule = {
  sentence: 'inside a service imports run from use cases to stores and pure rules, and never back',
  breaches: ({ files }) =>
    files
      .filter(({ path }) => isProduct(path))
      .flatMap(({ path, text }) =>
        importRules
          .filter(({ holder }) => holder.test(path))
          .flatMap(({ refused, sentence }) =>
            importsOf(text)
              .filter((module) => refused.test(module))
              .map((module) => `${path}: imports ${module} (${sentence})`),
          ),
      ),
  canary: planted('apps/directory/src/users/rename-user.ts', "import { UserEntity } from './user.entity.js';\n"),
};

/** `apps/directory/src/users/…` -> `apps/directory/src/users`. */
function featureOf(path: string): string | undefined {
  return /^(apps\/[^/]+\/src\/[^/]+)\//.exec(path)?.[1];
}

/** A rule that keeps one kind of file to the feature that it lies in. */
function own(kind: 'store' | 'entity', canaryLine: string): Rule {
  return {
    sentence: `no feature reaches into another feature's ${kind}; a service's own files may list them`,
    breaches: ({ files }) =>
      files
        .filter(({ path }) => isProduct(path) && path.startsWith('apps/') && featureOf(path) !== undefined)
        .flatMap((file) => foreignImports(file, `.${kind}.js`)),
    canary: planted('apps/directory/src/groups/a.ts', `${canaryLine}\n`),
  };
}

export const ownStores = own('store', "import { UserStore } from '../users/user.store.js';");
export const ownEntities = own('entity', "import { UserEntity } from '../users/user.entity.js';");

function foreignImports({ path, text }: SourceFile, ending: string): string[] {
  return importsOf(text)
    .filter((module) => module.startsWith('.') && module.endsWith(ending))
    .filter((module) => featureOf(join(dirname(path), module)) !== featureOf(path))
    .map((module) => `${path}: imports ${module}`);
}

/** `apps/gateway/src/dialects/secureauth/…` -> `apps/gateway/src/dialects/secureauth`. */
function dialectOf(path: string): string | undefined {
  return /^(apps\/gateway\/src\/dialects\/[^/]+)\//.exec(path)?.[1];
}

export const dialectsApart: Rule = {
  sentence: 'a dialect is a folder that no other dialect imports from',
  breaches: ({ files }) =>
    files
      .filter(({ path }) => isProduct(path) && dialectOf(path) !== undefined)
      .flatMap(({ path, text }) =>
        importsOf(text)
          .filter((module) => module.startsWith('.'))
          .filter((module) => ![undefined, dialectOf(path)].includes(dialectOf(join(dirname(path), module))))
          .map((module) => `${path}: imports ${module}`),
      ),
  canary: planted('apps/gateway/src/dialects/second/users.ts', "import { failed } from '../first/answer-texts.js';\n"),
};

export const parameterisedSql: Rule = {
  sentence: 'SQL in stores is one constant text; values travel as parameters',
  breaches: ({ files }: Workspace) =>
    files
      .filter(({ path }) => isProduct(path) && /\.store\.ts$/.test(path))
      .flatMap(({ path, text }) =>
        [...withoutComments(text).matchAll(/`\s*(select|insert|update|delete|with)\b[^`]*`/gi)]
          .filter(([statement]) => /\$\{(?![A-Za-z]+(Sql|Columns)\})/.test(statement))
          .map(([statement]) => `${path}: interpolates into "${statement.slice(0, 60).replaceAll('\n', ' ')}…"`),
      ),
  canary: planted('apps/directory/src/users/user.store.ts', `const q = \`select * from a where id = $${'{id}'}\`;\n`),
};
