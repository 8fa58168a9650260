import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { declarations } from './commands/declarations.js';
import { isNoun } from './declaration.js';
import { run } from './run.js';

/** The built command line, as npx runs it: `npm run build` (or `npm test`, which builds) comes first. */
const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'countersign.mjs');

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

let empty: string;
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(empty, { recursive: true, force: true }));

function countersign(typed: readonly string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH, XDG_CONFIG_HOME: empty };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...typed], { cwd: empty, env, timeout: 30_000 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

const commands = declarations.flatMap((declaration) =>
  isNoun(declaration)
    ? [[declaration.name], ...declaration.verbs.map((verb) => [declaration.name, verb.name])]
    : [[declaration.name]],
);

function expectTwoExamples(help: string): void {
  const lines = help.split('\n');
  expect(lines[0]).toBe('Examples:');
  expect(lines[1]).toMatch(/^ {2}\$ npx countersign /);
  expect(lines[2]).toMatch(/^ {2}\$ npx countersign /);
  expect(lines[1]).not.toBe(lines[2]);
}

describe('the built command line', () => {
  it.each([[[]], [['status']], [['realm']], [['realm', 'list']]])(
    'countersign %j --help leads with two examples',
    async (words: readonly string[]) => {
      const { exitCode, stdout, stderr } = await countersign([...words, '--help']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expectTwoExamples(stdout);
    },
    30_000,
  );

  it.each([
    [[], /no command given/],
    [['relam'], /did you mean realm/],
    [['realm', 'lst'], /did you mean list/],
    [['realm', 'create'], /missing required argument name/],
    [['realm', 'show', 'a', 'b'], /too many arguments/],
    [['realm', 'create', 'a', 'b'], /b is not path=json/],
    [['realm', 'create', 'Not A Name'], /realm is not 1 to 40/],
    [['realm', 'create', 'x', '--profile', 'lax'], /compat, strict/],
    [['request', 'GET', '/x', '--tiemout', '3s'], /did you mean --timeout/],
    [['request', 'GET', '/x', '--timeout', '3'], /not a duration|no address/],
    [['request', 'GET', '/x'], /npm start/],
    [['status', '-o', 'xml'], /table, json/],
    [['version', '--json', '-o', 'name'], /contradict/],
    [['application', 'rotate', 'not-an-id'], /not an application id/],
    [['realm', 'list'], /no address of the bus/],
  ] as const)(
    'countersign %j is wrong usage and ends with 2',
    async (words, message) => {
      const { exitCode, stdout, stderr } = await countersign(words);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(message);
    },
    30_000,
  );

  it('tells a program of wrong usage in JSON', async () => {
    const { exitCode, stderr } = await countersign(['realm', 'lst', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage', hint: 'did you mean list?' } });
  });

  it('prints its version, and takes global flags anywhere', async () => {
    expect((await countersign(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const [before, after] = await Promise.all([countersign(['--json', 'version']), countersign(['version', '--json'])]);
    expect(JSON.parse(before.stdout)).toEqual(JSON.parse(after.stdout));
  });
});

describe('every command', () => {
  it.each(commands.map((words) => [words]))('%j --help leads with two examples', async (words) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const exitCode = await run({
      typed: [...words, '--help'],
      environment: {},
      workingFolder: empty,
      openStdin: () => new PassThrough(),
      isStdinTerminal: false,
      stdout,
      stderr,
    });
    expect([exitCode, stderr.read()]).toEqual([0, null]);
    expectTwoExamples(String(stdout.read()));
  });

  it('has two examples that name it', () => {
    for (const declaration of declarations) {
      const named = isNoun(declaration)
        ? declaration.verbs.map((verb) => [`${declaration.name} ${verb.name}`, verb] as const)
        : [[declaration.name, declaration] as const];
      for (const [name, { examples }] of named) {
        for (const example of examples) expect(example).toContain(`npx countersign ${name}`);
      }
    }
  });
});
