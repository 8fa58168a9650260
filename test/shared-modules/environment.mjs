import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** The environment of specs that share their modules: the worker itself. What jest changes in it is put back. */
export default class SharedModulesEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  before = { console: globalThis.console, exit: process.exit, environment: { ...process.env } };

  constructor({ projectConfig: config }) {
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
  }

  /** The loader of Node knows the source maps of what it has loaded, jest does not. */
  async setup() {
    process.setSourceMapsEnabled(true);
    Error.prepareStackTrace = undefined;
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    globalThis.console = this.before.console;
    process.exit = this.before.exit;
    for (const name of Object.keys(process.env)) if (!(name in this.before.environment)) delete process.env[name];
    Object.assign(process.env, this.before.environment);
  }

  /** Jest asks for one; nothing is run in it. */
  getVmContext() {
    return null;
  }
}
