import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundled-main-'));
  cpSync(join(import.meta.dirname, 'bundled-main.mjs'), join(folder, 'main.mjs'));
  writeFileSync(
    join(folder, 'program.cjs'),
    `exports.said = [__filename, __dirname, require('./other.cjs').word];
    console.log(exports.said.join(' '));`,
  );
  writeFileSync(join(folder, 'other.cjs'), `exports.word = 'other';`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const said = () => `${join(folder, 'program.cjs')} ${folder} other\n`;
const run = (options = '') => {
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'main.mjs')], {
    env: { NODE_OPTIONS: options },
    encoding: 'utf8',
  });
  return stdout + stderr;
};
const kept = () => readdirSync(folder).filter((name) => name.startsWith('compiled.'));
const codeKept = () => readFileSync(join(folder, kept()[0]));

describe('a bundled program', () => {
  it('runs as a module of its folder, the first time and with what was compiled', () => {
    expect([run(), kept().length, run(), kept().length]).toEqual([said(), 1, said(), 1]);
  });

  it('leaves what was compiled as it is while it is taken', () => {
    run();
    const before = codeKept();
    run();
    expect(codeKept().equals(before)).toBe(true);
  });

  it.each([
    ['is no code', () => 'no code', ''],
    ['has one bit that is not as it was', (code) => code.with(code.length - 40, code.at(-40) ^ 1), ''],
    ['was cut', (code) => code.subarray(0, -1), ''],
    ['was compiled with other flags', (code) => code, '--max-semi-space-size=16'],
  ])('runs all the same where that %s, and makes it anew', (_, harm, options) => {
    run();
    const before = harm(codeKept());
    writeFileSync(join(folder, kept()[0]), before);
    expect(run(options)).toBe(said());
    expect(codeKept()).not.toEqual(Buffer.from(before));
    expect(codeKept().length).toBeGreaterThan(100);
  });

  it('runs where nothing can be kept', () => {
    run();
    const [name] = kept();
    rmSync(join(folder, name));
    // a folder in its place: not even root can write it
    cpSync(import.meta.dirname, join(folder, name), { recursive: true });
    expect(run()).toBe(said());
  });
});
