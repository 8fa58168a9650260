import { availableParallelism } from 'node:os';

/** Specs run as native ES modules; `npm test` starts jest with the flag that needs. */
export const typescript = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};
/** ES-only packages that CommonJS packages require: jest on Node 20 cannot load those as they are. */
const requiredModules = 'content-disposition|cookie';
const commonjs = { swcrc: false, jsc: { target: 'es2022' }, module: { type: 'commonjs' } };

export const rootDir = import.meta.dirname;
/** By the name that is imported. */
export const sourcesOfPackages = {
  '^@countersign/testing/service$': '<rootDir>/libs/testing/src/service/index.ts',
  '^@countersign/([^/]+)/service$': '<rootDir>/apps/$1/src/service.ts',
  '^@countersign/([^/]+)/server$': '<rootDir>/libs/$1/src/server/index.ts',
  '^@countersign/([^/]+)/store-fault$': '<rootDir>/libs/$1/src/store-fault.ts',
  '^@countersign/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
};

const common = {
  rootDir,
  testEnvironment: '<rootDir>/test/shared-modules/environment.mjs',
  runtime: '<rootDir>/test/shared-modules/runtime.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    [`/node_modules/(${requiredModules})/.+\\.js$`]: ['@swc/jest', commonjs],
    '^.+\\.ts$': ['@swc/jest', typescript],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${requiredModules})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', ...sourcesOfPackages },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.*/bundle/'],
};

export default {
  // One more than cores: journeys wait for programs of their own, a third of the time. CI gives deadlines more room.
  maxWorkers: availableParallelism() + (process.env.CI === undefined ? 1 : 0),
  // Modules of native ESM are never given back: a worker that has grown is replaced.
  workerIdleMemoryLimit: '1500MB',
  testTimeout: 30_000,
  testSequencer: '<rootDir>/test/journeys-first.mjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{apps,libs}/*/src/**/*.spec.ts',
        '<rootDir>/{scripts,bench}/**/*.spec.mjs',
        '<rootDir>/fuzz/**/*.spec.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '\\.(db|bus|journey)\\.spec\\.ts$'],
    },
    {
      ...common,
      displayName: 'servers',
      testMatch: [
        '<rootDir>/{apps,libs}/*/src/**/*.{db,bus}.spec.ts',
        '<rootDir>/test/{journeys,faults,servers}/**/*.spec.ts',
        '<rootDir>/fuzz/**/*.journey.spec.ts',
      ],
      globalSetup: '<rootDir>/test/servers/setup.mjs',
      globalTeardown: '<rootDir>/test/servers/teardown.mjs',
    },
    { ...common, displayName: 'architecture', testMatch: ['<rootDir>/test/architecture/**/*.spec.ts'] },
    { ...common, displayName: 'deployment', testMatch: ['<rootDir>/test/deployment/**/*.spec.ts'] },
  ],
};
