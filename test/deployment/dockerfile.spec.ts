import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../architecture/workspace.js';
import { Dockerfile } from './dockerfile.js';
import { images } from './program.js';

const dockerfile = new Dockerfile();

describe.each(images)('the image %s', (name) => {
  it('is made from the named Node, which is the newest long-term one', () => {
    expect(dockerfile.baseImage(name)).toMatch(/^node:24-/);
  });

  it('runs as a user with a number, who is not root', () => {
    expect(dockerfile.last(name, 'USER')).toMatch(/^[1-9][0-9]*:[1-9][0-9]*$/);
  });

  it('copies what is there, and the program that it runs', () => {
    const sources = dockerfile.copies(name).filter(({ source }) => !source.endsWith('/node_modules'));
    for (const { source } of sources) {
      const path = source.replace(/^\/(app|manifests)\//, '');
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    }
    const [node, program = ''] = dockerfile.entrypoint(name);
    expect(node).toBe('node');
    const folders = dockerfile.copies(name).map(({ target }) => target.replace(/^\.\//, ''));
    expect(folders).toContain(program.replace(/\/main\.js$/, ''));
  });

  it('is asked how it is by a program that it has', () => {
    const check = dockerfile.last(name, 'HEALTHCHECK') ?? '';
    if (name === 'jobs') return expect(check).toBe('NONE');
    const [node, script, path] = JSON.parse(check.slice(check.indexOf('[')));
    expect([node, path]).toEqual(['node', '/healthz']);
    expect(dockerfile.copies(name).map(({ source }) => source.split('/').at(-1))).toContain(script);
  });

  it('carries no sources, no tools of ours and nothing that is for development', () => {
    for (const { source } of dockerfile.copies(name)) expect(source).not.toMatch(/\/src$|\/dist$|testing/);
  });
});

describe('the build of the images', () => {
  it('compiles ahead with the Node options of the running image: V8 takes compiled code only with the same flags', () => {
    const optionsIn = (stage: string) => {
      const { instructions = [] } = dockerfile.stages.find(({ name }) => name === stage) ?? {};
      return instructions.flatMap(({ text }) => /NODE_OPTIONS=(\S+)/.exec(text)?.[1] ?? []);
    };
    expect(optionsIn('runtime')).toHaveLength(1);
    expect(optionsIn('build')).toEqual(optionsIn('runtime'));
  });

  it('installs by the lock file, and only production packages where packages are kept', () => {
    const installs = dockerfile.stages.flatMap(({ name, instructions }) =>
      instructions.filter(({ text }) => /npm (ci|install)/.test(text)).map(({ text }) => [name, text]),
    );
    expect(installs.every(([, text]) => text?.startsWith('npm ci '))).toBe(true);
    expect(installs.map(([name, text]) => [name, text?.includes('--omit=dev')])).toEqual([
      ['build', false],
      ['dependencies', true],
    ]);
  });

  it('is given no data folder, no history and no installed packages', () => {
    const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    const given = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    for (const path of given) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    expect(rules).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '**/bundle', '**/.countersign']));
  });
});
