import { importsOf, isProduct, type Project, planted, type Rule, type Workspace } from '../workspace.js';

/** Who may depend on whom, by the type of the project. */
const mayDependOn: Readonly<Record<string, readonly string[]>> = {
  contracts: ['contracts'],
  core: ['core'],
  platform: ['platform', 'contracts', 'core'],
  app: ['contracts', 'core', 'platform'],
  testing: ['contracts', 'core', 'platform', 'testing'],
  launcher: ['platform', 'contracts', 'core', 'app'],
  job: ['platform', 'contracts', 'core'],
  client: ['contracts', 'core'],
  cli: ['contracts', 'core', 'platform'],
};

const frameworks = /^(@nestjs\/|typeorm$|pg$|@nats-io\/)/;
const bannedPackages: Readonly<Record<string, RegExp>> = {
  contracts: frameworks,
  core: /^(@nestjs\/|typeorm$|pg$|@nats-io\/|zod$)/,
  job: frameworks,
  client: /^(@nestjs\/|typeorm$|pg$)/,
  cli: /^(typeorm$|pg$)/,
};
const gatewayBans = /^(typeorm$|pg$|@nestjs\/typeorm$|@countersign\/persistence$|@countersign\/outbox$)/;

function projectOf(path: string, workspace: Workspace): Project | undefined {
  return workspace.projects.find((project) => path.startsWith(`${project.folder}/`));
}
function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

export const projectGraph: Rule = {
  sentence: 'projects depend only on the types of project that theirs may depend on; no app on another app',
  breaches: ({ projects }) =>
    projects.flatMap((project) =>
      project.dependencies
        .filter((name) => name.startsWith('@countersign/'))
        .filter((name) => {
          const other = projects.find((candidate) => candidate.name === name);
          return !(mayDependOn[project.type] ?? []).includes(other?.type ?? 'unknown');
        })
        .map((name) => `${project.folder}: ${project.type} may not depend on ${name}`),
    ),
  canary: {
    files: [],
    projects: [
      { name: '@countersign/a', folder: 'apps/a', type: 'app', dependencies: ['@countersign/b'] },
      { name: '@countersign/b', folder: 'apps/b', type: 'app', dependencies: [] },
    ],
  },
};

export const declaredImports: Rule = {
  sentence: 'an import of another project is declared in package.json, and goes through its front door',
  breaches: (workspace) =>
    workspace.files
      .filter(({ path }) => isProduct(path))
      .flatMap(({ path, text }) => {
        const project = projectOf(path, workspace);
        return importsOf(text)
          .filter((module) => module.startsWith('@countersign/'))
          .filter((module) => {
            const isFrontDoor = /^@countersign\/[^/]+(\/(service|server|store-fault))?$/.test(module);
            return !isFrontDoor || !project?.dependencies.includes(packageOf(module));
          })
          .map((module) => `${path}: imports ${module}`);
      }),
  canary: planted('apps/gateway/src/a.ts', "import { x } from '@countersign/directory';\n"),
};

export const packageBans: Rule = {
  sentence:
    'contracts, core and jobs are free of frameworks; gateway, client and command line are free of the database',
  breaches: (workspace) =>
    workspace.files
      .filter(({ path }) => isProduct(path))
      .flatMap(({ path, text }) => {
        const project = projectOf(path, workspace);
        const bans = [bannedPackages[project?.type ?? ''], path.startsWith('apps/gateway/') ? gatewayBans : undefined];
        return importsOf(text)
          .filter((module) => bans.some((ban) => ban?.test(packageOf(module))))
          .map((module) => `${path}: imports ${module}`);
      }),
  canary: planted('apps/gateway/src/a.ts', "import pg from 'pg';\n"),
};
