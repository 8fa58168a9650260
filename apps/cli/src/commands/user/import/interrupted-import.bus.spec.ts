import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { manyUsers, refusedOf, specImports } from '../../../../../../test/cli/spec-imports.js';

const imports = specImports();

const bytesOf = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('').length;
const linesOf = (file: string) =>
  (refusedOf(file) as { refused: { line: number } }[]).map(({ refused }) => refused.line);
const stateOf = (file: string) => JSON.parse(readFileSync(`${file}.import.json`, 'utf8')) as Record<string, unknown>;

describe('an import that meets an outage', () => {
  it.each(['bus.overloaded', 'store.unavailable', 'password.hashing_overloaded'] as const)(
    'asks again under the same key: %s',
    async (code) => {
      imports.refuse = (ask) => (ask <= 2 ? code : undefined);
      expect(await imports.of(imports.written('users.jsonl', manyUsers(2)))).toMatchObject({
        exitCode: 0,
        report: { created: 2 },
      });
      expect(imports.keys).toHaveLength(3);
      expect(new Set(imports.keys).size).toBe(1);
    },
  );

  it('gives up when --timeout is over, with 6, and is resumed by the same command', async () => {
    const file = imports.written('users.jsonl', manyUsers(1_600));
    imports.refuse = (_, { users: [first] }) => (first?.userId === 'user500' ? 'bus.unavailable' : undefined);
    const left = await imports.of(file, ['--timeout', '700ms']);
    expect(left).toMatchObject({ exitCode: 6, report: undefined });
    expect(stateOf(file)).toMatchObject({ bytesDone: bytesOf(manyUsers(500)), tally: { created: 500 } });
    expect(statSync(`${file}.import.json`).mode & 0o777).toBe(0o600);
    const before = new Set(imports.keys);
    const asked = imports.keys.length;
    imports.refuse = () => undefined;
    const { exitCode, report } = await imports.of(file);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 0,
      report: { read: 1_600, created: 1_600, usersBefore: 0, reconciled: true },
    });
    expect(imports.keys.length - asked).toBeLessThan(7);
    expect(imports.keys.slice(asked).filter((key) => before.has(key))).not.toEqual([]);
    expect(existsSync(`${file}.import.json`)).toBe(false);
  });

  it('counts users as created whose creation was never answered', async () => {
    const file = imports.written('users.jsonl', manyUsers(300));
    imports.refuse = (_, { users: [first] }) => (first?.userId === 'user250' ? 'silence once done' : undefined);
    expect(await imports.of(file, ['--timeout', '600ms'])).toMatchObject({ exitCode: 6 });
    expect(imports.users.size).toBe(300);
    imports.refuse = () => undefined;
    expect(await imports.of(file)).toMatchObject({ exitCode: 0, report: { created: 300, same: 0, reconciled: true } });
  });

  it('does not ask again for what will not pass', async () => {
    imports.refuse = () => 'request.too_large';
    expect(await imports.of(imports.written('users.jsonl', manyUsers(2)))).toMatchObject({ exitCode: 1 });
    expect(imports.keys).toHaveLength(1);
  });
});

describe('an import that was interrupted', () => {
  const interrupted = async (lines: readonly (object | string)[]) => {
    const file = imports.written('users.jsonl', lines);
    imports.refuse = (_, { users: chunk }) => (chunk.some(({ userId }) => userId === 'stop') ? 'internal' : undefined);
    expect(await imports.of(file)).toMatchObject({ exitCode: 1 });
    imports.refuse = () => undefined;
    return file;
  };

  it('writes down each refusal once, in the order of the file, also of chunks that were done ahead', async () => {
    const bad = (at: number) => ({ userId: `bad${at}`, emails: [{ value: 'none' }] });
    const file = await interrupted([
      bad(1),
      ...manyUsers(250),
      bad(252),
      { userId: 'stop' },
      ...manyUsers(700).slice(250),
      bad(704),
    ]);
    writeFileSync(
      `${file}.refused.jsonl`,
      `${readFileSync(`${file}.refused.jsonl`, 'utf8')}{"line":9,"of":"a crash"}\n`,
    );
    expect(await imports.of(file)).toMatchObject({
      exitCode: 7,
      report: { created: 701, refused: 3, reconciled: true },
    });
    expect(linesOf(file)).toEqual([1, 252, 704]);
  });

  it('loses and doubles nothing when it was killed between two notes of where it is', async () => {
    const bad = { userId: 'bad', emails: [{ value: 'none' }] };
    const file = imports.written('users.jsonl', [bad, ...manyUsers(250), 'no json', { userId: 'stop' }]);
    imports.refuse = () => 'internal';
    await imports.of(file);
    const early = readFileSync(`${file}.import.json`);
    imports.refuse = (_, { users: chunk }) => (chunk.some(({ userId }) => userId === 'stop') ? 'internal' : undefined);
    await imports.of(file);
    expect(imports.users.size).toBe(249);
    writeFileSync(`${file}.import.json`, early);
    imports.refuse = () => undefined;
    expect(await imports.of(file)).toMatchObject({
      exitCode: 7,
      report: { created: 251, same: 0, refused: 2, reconciled: true },
    });
    expect(linesOf(file)).toEqual([1, 252]);
  });

  it('is not resumed when its file has changed, but begun anew with --restart', async () => {
    const file = await interrupted([...manyUsers(250), { userId: 'stop' }]);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"userId":"late"}\n`);
    const { exitCode, stderr } = await imports.of(file);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the file has changed since its import began');
    expect(stderr).toContain('--restart');
    expect(await imports.of(file, ['--restart'])).toMatchObject({
      exitCode: 0,
      report: { created: 2, same: 250, usersBefore: 250, reconciled: true },
    });
  });

  it('is not resumed in another realm of the same name, nor when asked for otherwise', async () => {
    const file = await interrupted([...manyUsers(250), { userId: 'stop' }]);
    expect((await imports.of(file, ['--create-groups'])).stderr).toContain('was asked for with other');
    expect((await imports.of(file, ['--refused', join(imports.folder, 'other')])).stderr).toContain(
      'users.jsonl.refused.jsonl',
    );
    imports.realmId = '0192f0c1-7b7d-7000-8000-000000000002';
    expect((await imports.of(file)).stderr).toContain('of another system');
    writeFileSync(`${file}.import.json`, '{"version":');
    expect((await imports.of(file)).stderr).toContain('is not the state of an import');
  });
});

describe('a user whose creation an earlier run has asked for, and the services have given up', () => {
  const lines = [...manyUsers(3), { userId: 'bad', emails: [{ value: 'none' }] }];

  it('is asked for once more, alone and under a key of its own, and counted once', async () => {
    imports.withdrawn = new Map([['user1', 'once']]);
    const { exitCode, report } = await imports.of(imports.written('users.jsonl', lines));
    expect({ exitCode, report }).toMatchObject({
      exitCode: 7,
      report: { read: 4, created: 3, same: 0, different: 0, refused: 1, reconciled: true },
    });
    expect(imports.keys).toHaveLength(2);
    expect(imports.keys[1]).toMatch(/\.again$/);
  });

  it('is asked for under the key of the chunk with .again when all of it was given up', async () => {
    imports.withdrawn = new Map(manyUsers(3).map(({ userId }) => [userId, 'once']));
    expect(await imports.of(imports.written('users.jsonl', manyUsers(3)))).toMatchObject({
      exitCode: 0,
      report: { created: 3 },
    });
    expect(imports.keys[1]).toBe(`${imports.keys[0]}.again`);
  });

  it('is refused when that is given up too', async () => {
    imports.withdrawn = new Map([['user1', 'always']]);
    const file = imports.written('users.jsonl', lines);
    expect(await imports.of(file)).toMatchObject({ exitCode: 7, report: { created: 2, refused: 2, reconciled: true } });
    expect(imports.keys).toHaveLength(2);
    expect(refusedOf(file)).toMatchObject([
      { refused: { line: 2, problem: 'user.withdrawn' }, userId: 'user1' },
      { refused: { line: 4 }, userId: 'bad' },
    ]);
  });

  it('is created once, also when the answer to the second ask is lost and the import resumed', async () => {
    imports.withdrawn = new Map([['user1', 'once']]);
    const file = imports.written('users.jsonl', lines);
    imports.refuse = () => (imports.keys.at(-1)?.endsWith('.again') ? 'silence once done' : undefined);
    expect(await imports.of(file, ['--timeout', '600ms'])).toMatchObject({ exitCode: 6 });
    imports.refuse = () => undefined;
    expect(await imports.of(file)).toMatchObject({ exitCode: 7, report: { created: 3, same: 0, reconciled: true } });
  });
});

describe('a user id that is twice in a file', () => {
  it('is the first one, also when the chunk that it is in is answered last', async () => {
    imports.refuse = (ask) => (ask === 1 ? 'bus.overloaded' : undefined);
    const file = imports.written('users.jsonl', [
      { userId: 'twice', groups: ['first'] },
      ...manyUsers(600),
      { userId: 'TWICE', groups: ['second'] },
    ]);
    expect(await imports.of(file)).toMatchObject({ exitCode: 0, report: { created: 601, different: 1 } });
    expect(imports.users.get('twice')).toContain('first');
  });
});
