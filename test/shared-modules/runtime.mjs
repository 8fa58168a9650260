import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import Runtime from 'jest-runtime';

/** Jest takes the class by `require`, which on this mark takes `default`. */
export const __esModule = true;

const requireHere = createRequire(import.meta.url);
/** Where `globals.mjs` finds what a spec imports from `@jest/globals`. */
const globalsOfNow = Symbol.for('countersign.specs.globals');
/** Circus takes handlers that it finds here, of the spec before, for its own. */
const handlersOfBefore = Symbol.for('EVENT_HANDLERS');

register('./sources.mjs', import.meta.url);

let runs = 0;

/**
 * The runtime of jest with the loader of Node: a worker loads a module once for all its specs, where jest loads it once
 * for each spec. The rest is jest's own, with its test runner (circus) anew for each spec. A spec finds what the one
 * before has changed in a module; `jest.config.isolated.mjs` runs the specs without this class.
 */
export default class SharedModulesRuntime extends Runtime {
  unstable_shouldLoadAsEsm() {
    return true;
  }

  /** The number has a spec loaded again when one process runs it twice, as it does to watch. */
  async unstable_importModule(path) {
    runs += 1;
    return import(`${pathToFileURL(path).href}?run=${runs}`);
  }

  requireInternalModule(path) {
    delete requireHere.cache[path];
    delete globalThis[handlersOfBefore];
    return requireHere(path);
  }

  setGlobalsForRuntime(globals) {
    super.setGlobalsForRuntime(globals);
    globalThis[globalsOfNow] = this.jestGlobals.cjsGlobals(this._testPath);
  }

  setModuleMock(_from, name) {
    throw new Error(
      `the module ${name} cannot be mocked, since other specs use it: hand the part in, or start a process`,
    );
  }

  collectV8Coverage() {
    throw new Error('coverage is collected by jest.config.isolated.mjs only');
  }
}
