/** `@jest/globals` for modules that are loaded once for many specs: each name stands for that of the spec which runs. */
const globalsOfNow = Symbol.for('countersign.specs.globals');

const ofNow = (name) =>
  new Proxy(() => undefined, {
    apply: (_target, _self, args) => globalThis[globalsOfNow][name](...args),
    get: (_target, key) => globalThis[globalsOfNow][name][key],
  });

export const afterAll = ofNow('afterAll');
export const afterEach = ofNow('afterEach');
export const beforeAll = ofNow('beforeAll');
export const beforeEach = ofNow('beforeEach');
export const describe = ofNow('describe');
export const expect = ofNow('expect');
export const it = ofNow('it');
export const jest = ofNow('jest');
