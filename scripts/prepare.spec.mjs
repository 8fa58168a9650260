import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(30_000);

const SCRIPTS = fileURLToPath(new URL('.', import.meta.url));
/** Stand in for npm and tsc: they say in `calls` that they ran, and leave what the real ones leave. */
const NPM = `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('calls', 'install ');
mkdirSync('node_modules/typescript/bin', { recursive: true });
writeFileSync('node_modules/typescript/bin/tsc', process.env.FAKE_TSC);
writeFileSync('node_modules/.package-lock.json', '{}');`;
const TSC = `const { appendFileSync, existsSync, mkdirSync, writeFileSync, rmSync } = require('node:fs');
if (existsSync('busy')) { appendFileSync('calls', 'CLASH '); }
writeFileSync('busy', '');
if (existsSync('libs/a/src/broken.ts')) { rmSync('busy'); console.log('broken.ts(1,1): error'); process.exit(2); }
setTimeout(() => {
  appendFileSync('calls', 'build ');
  mkdirSync('libs/a/dist', { recursive: true });
  writeFileSync('libs/a/dist/.tsbuildinfo', '');
  rmSync('busy');
}, 200);`;

describe('the preparation of a checkout', () => {
  let root;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'checkout-'));
    await put('package.json', '{ "engines": { "node": ">=20.19" }, "type": "module" }');
    await put('package-lock.json', '{}');
    await put('tsconfig.json', '{ "references": [{ "path": "libs/a" }] }');
    await put('libs/a/src/index.ts', 'export {};');
    await put('tools/npm-cli.js', NPM);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(path, content) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }

  /** Prepares in a process of its own. */
  async function prepare(environment = {}) {
    const source = `import { prepareOrExit } from ${JSON.stringify(join(SCRIPTS, 'prepare-or-exit.mjs'))};
      await prepareOrExit(${JSON.stringify(root)}); console.log('prepared');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      env: { PATH: process.env.PATH, npm_execpath: join(root, 'tools', 'npm-cli.js'), FAKE_TSC: TSC, ...environment },
    });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { stdout, stderr, code };
  }
  const calls = () => readFile(join(root, 'calls'), 'utf8').catch(() => '');

  it('installs and builds a fresh clone, telling so on stderr in plain lines', async () => {
    const { stdout, stderr, code } = await prepare();
    expect([code, stdout, await calls()]).toEqual([0, 'prepared\n', 'install build ']);
    expect(stderr).toMatch(
      /^installing packages \.\.\.\ninstalling packages: done in .* s\nbuilding \.\.\.\nbuilding: done in .* s\n$/,
    );
  });

  it('does nothing and says nothing when nothing changed', async () => {
    await prepare();
    const { stderr } = await prepare();
    expect([stderr, await calls()]).toEqual(['', 'install build ']);
  });

  it.each([
    ['a changed source', () => appendFile(join(root, 'libs/a/src/index.ts'), '\n')],
    ['a new source', () => put('libs/a/src/new.ts', '')],
    ['a removed source', () => rm(join(root, 'libs/a/src/index.ts'))],
    ['a missing output', () => rm(join(root, 'libs/a/dist'), { recursive: true })],
  ])('builds again after %s', async (_, change) => {
    await prepare();
    await change();
    await prepare();
    expect(await calls()).toBe('install build build ');
  });

  it('does not build again after a changed spec', async () => {
    await prepare();
    await put('libs/a/src/index.spec.ts', '');
    await prepare();
    expect(await calls()).toBe('install build ');
  });

  it('installs again when the lock file is newer than the install', async () => {
    await prepare();
    const later = new Date(Date.now() + 5_000);
    await utimes(join(root, 'package-lock.json'), later, later);
    await prepare();
    expect(await calls()).toMatch(/^install build install /);
  });

  it('shows what the compiler said, ends with 1, and tries again the next time', async () => {
    await put('libs/a/src/broken.ts', '');
    const { stdout, stderr, code } = await prepare();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('broken.ts(1,1): error');
    expect(stderr).toMatch(/countersign: .*tsc -b failed \(exit code 2\)\n$/);
    await rm(join(root, 'libs/a/src/broken.ts'));
    expect((await prepare()).code).toBe(0);
  });

  it('is done by one of several at once, the others wait', async () => {
    const all = await Promise.all([prepare(), prepare(), prepare()]);
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await calls()).toBe('install build ');
  });

  it('is not held up by one that was killed', async () => {
    await put('node_modules/.countersign/building.4194305.1', '');
    await put(`node_modules/.countersign/building.${process.ppid}.1`, '');
    expect((await prepare()).code).toBe(0);
  });

  it('refuses a Node that is too old, naming both versions', async () => {
    await put('package.json', '{ "engines": { "node": ">=99.3" } }');
    const { stderr, code } = await prepare();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `countersign: Node 99.3 or later is needed, this is Node ${process.versions.node}: install a newer one and try again\n`,
    );
  });
});
