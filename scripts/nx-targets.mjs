import { dirname } from 'node:path/posix';

/**
 * A plugin of Nx that gives every project the same targets, so that they are declared once: `build`, `test`, `lint`.
 * A folder below apps and libs is a project by its package.json. The folder `test` is the project `across`, for the specs
 * that go across projects.
 */
const quiet = '--experimental-vm-modules --disable-warning=ExperimentalWarning';
const jest = `node ${quiet} node_modules/jest/bin/jest.js`;

/** Specs read more than the project: the programs that they start, the servers' set-up and the way jest is set. */
const specInputs = ['default', '^production', '{workspaceRoot}/jest.config.mjs', '{workspaceRoot}/test/**/*'];

/** @param {string} root folder of the project, relative to that of the workspace */
function targetsOf(root) {
  return {
    build: {
      command: 'tsc -b',
      options: { cwd: root },
      dependsOn: ['^build'],
      inputs: ['production', '^production'],
      outputs: ['{projectRoot}/dist'],
      cache: true,
    },
    test: {
      command: `${jest} --passWithNoTests --testPathPatterns "/${root}/"`,
      dependsOn: ['build'],
      inputs: specInputs,
      cache: true,
    },
    lint: { command: `biome check ${root}`, inputs: ['default', '{workspaceRoot}/biome.json'], cache: true },
  };
}

/** What specs across projects start is all that is built, bundles included. */
function acrossTargets() {
  const { lint } = targetsOf('test');
  return {
    test: {
      command: `${jest} --testPathPatterns "/(test|fuzz|bench|scripts)/"`,
      dependsOn: ['^build', 'bundle'],
      inputs: ['default', '^production', '{workspaceRoot}/**/*.{json,yaml,yml,md,mjs}', '{workspaceRoot}/Dockerfile'],
      cache: true,
    },
    bundle: { command: 'node scripts/bundle.mjs', dependsOn: ['^build'], inputs: ['^production'], cache: false },
    lint,
  };
}

function projectOf(file) {
  const root = dirname(file);
  return [file, { projects: { [root]: { targets: root === 'test' ? acrossTargets() : targetsOf(root) } } }];
}

export const name = 'countersign-targets';
export const createNodes = ['{apps/*/package,libs/*/package,test/project}.json', (files) => files.map(projectOf)];
