import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '@countersign/files';
import { describe, expect, it } from '@jest/globals';
import { manyUsers, refusedOf, specImports } from '../../../../../../test/cli/spec-imports.js';

const imports = specImports();

describe('an import', () => {
  it('creates every user of the file, in chunks, and accounts for each', async () => {
    const file = imports.written('users.jsonl', manyUsers(1_001));
    const { exitCode, report } = await imports.of(file);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      read: 1_001,
      created: 1_001,
      same: 0,
      different: 0,
      refused: 0,
      usersBefore: 0,
      usersAfter: 1_001,
      reconciled: true,
    });
    expect(imports.users.size).toBe(1_001);
    expect(imports.keys).toHaveLength(5);
    expect(existsSync(`${file}.import.json`)).toBe(false);
    expect(existsSync(`${file}.refused.jsonl`)).toBe(false);
  });

  it('from CSV hands over what JSON Lines would', async () => {
    const file = imports.written('users.csv', [
      'Login,Mail,groups,kbq1.question,kbq1.answer,ExtProperty1',
      'jdoe,=x@example.com,a;b,Pet?,"Rex, ""the"" dog",7',
    ]);
    const { exitCode } = await imports.of(file, [
      '--column',
      'Login=userId',
      '--column',
      'Mail=email1',
      '--create-groups',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(imports.users.get('jdoe') ?? '')).toEqual({
      userId: 'jdoe',
      groups: ['a', 'b'],
      aliases: [],
      name: {},
      emails: [{ position: 1, value: '=x@example.com' }],
      phones: [],
      questions: { 1: { question: 'Pet?', answer: 'Rex, "the" dog' } },
      attributes: { extended1: '7' },
    });
  });

  it('of a file with property names hands over the same fields', async () => {
    const older = { userId: 'jdoe', status: 'locked', properties: { email1: 'x@example.com', auxId1: '7' } };
    const file = imports.written('users.jsonl', [older]);
    expect(await imports.of(file)).toMatchObject({ exitCode: 0, report: { created: 1 } });
    expect(JSON.parse(imports.users.get('jdoe') ?? '')).toMatchObject({
      state: 'locked',
      emails: [{ position: 1, value: 'x@example.com' }],
      attributes: { custom1: '7' },
    });
  });

  it('of users that exist reports them and creates none', async () => {
    const file = imports.written('users.jsonl', manyUsers(3));
    await imports.of(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"user1","groups":["staff"]', '"USER1","groups":[]'));
    const { exitCode, report } = await imports.of(file);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 0,
      report: { created: 0, same: 2, different: 1, reconciled: true },
    });
    expect(await imports.of(file, ['--update', '--dry-run'])).toMatchObject({ report: { updated: 1, different: 0 } });
    expect(await imports.of(file, ['--update'])).toMatchObject({
      exitCode: 0,
      report: { read: 3, created: 0, updated: 1, same: 2, different: 0, reconciled: true },
    });
    expect(await imports.of(file, ['--update'])).toMatchObject({ report: { updated: 0, same: 3 } });
  });

  it('reads stdin, which leaves no state behind', async () => {
    const { exitCode, report } = await imports.of('-', ['--format', 'jsonl'], '{"userId":"a"}\n{"userId":"b"}');
    expect({ exitCode, report }).toMatchObject({ exitCode: 0, report: { created: 2, file: '-' } });
  });

  it('says when others have changed the realm meanwhile', async () => {
    imports.refuse = () => void imports.users.set('somebody else', '');
    const { exitCode, report, stderr } = await imports.of(imports.written('users.jsonl', manyUsers(2)));
    expect({ exitCode, report }).toMatchObject({
      exitCode: 0,
      report: { created: 2, usersAfter: 3, reconciled: false },
    });
    expect(stderr).toContain('2 users were to be expected, there are 3');
  });

  it('as a dry run asks the services and changes nothing', async () => {
    const file = imports.written('users.jsonl', [...manyUsers(2), { userId: 'x', emails: [{ value: 'none' }] }]);
    const { exitCode, report } = await imports.of(file, ['--dry-run']);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 7,
      report: { dryRun: true, created: 2, refused: 1, reconciled: true },
    });
    expect(imports.users.size).toBe(0);
    expect(existsSync(`${file}.import.json`)).toBe(false);
  });
});

describe('a record that is refused', () => {
  const hash = '$2b$12$abcdefghijklmnopqrstuuXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX';
  const lines = [
    { userId: 'good', passwordHash: hash },
    { userId: 'no mail', passwordHash: hash, emails: [{ value: 'none' }] },
    'no json',
    { userId: 'misspelt', pasword: hash },
    { [hash]: hash },
    { userId: 'number', properties: { email1: 7 } },
    `{"userId":"${'x'.repeat(400_000)}"}`,
    '',
    { userId: 'good too' },
  ];

  it('is written down with its line, keeps no other from being created, and makes the exit code 7', async () => {
    const file = imports.written('users.jsonl', lines);
    const { exitCode, report } = await imports.of(file);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 7,
      report: { read: 8, created: 2, refused: 6, refusedFile: `${file}.refused.jsonl`, reconciled: true },
    });
    const malformed = (line: number, detail: unknown, rest = {}) => ({
      refused: { line, problem: 'request.malformed', detail, ...rest },
    });
    expect(refusedOf(file)).toEqual([
      {
        refused: { line: 2, problem: 'user.email_invalid', detail: 'emails.1 is no mail address' },
        ...Object(lines[1]),
      },
      malformed(3, 'is not JSON', { text: 'no json' }),
      { ...malformed(4, 'unknown field pasword'), ...Object(lines[3]) },
      { ...malformed(5, expect.stringContaining('(a name that is none)')), ...Object(lines[4]) },
      { ...malformed(6, expect.stringContaining('emails.1.value')), ...Object(lines[5]) },
      malformed(7, 'is longer than 380000 bytes'),
    ]);
  });

  it('is kept whole, so that it can be mended in its file, which is imported like any other', async () => {
    const file = imports.written('users.jsonl', [lines[1] ?? '', '{"userId":"x",', { userId: 'nulls', pin: null }]);
    expect(await imports.of(file)).toMatchObject({ exitCode: 7, report: { created: 1, refused: 2 } });
    const refused = `${file}.refused.jsonl`;
    const [first = '', second = ''] = readFileSync(refused, 'utf8').split('\n');
    expect(await imports.of(refused)).toMatchObject({ exitCode: 1, report: { read: 2, refused: 2 } });
    expect(refusedOf(refused)).toMatchObject([
      { refused: { line: 1, problem: 'user.email_invalid' }, userId: 'no mail' },
      { refused: { line: 2, detail: expect.stringContaining('correct refused.text'), text: '{"userId":"x",' } },
    ]);
    writeFileSync(
      refused,
      `${first.replace('"none"', '"x@example.com"')}\n${JSON.parse(second).refused.text}"pin":"1"}\n`,
    );
    expect(await imports.of(refused)).toMatchObject({ exitCode: 0, report: { created: 2 } });
    expect(JSON.parse(imports.users.get('no mail') ?? '')).toMatchObject({
      passwordHash: hash,
      emails: [{ value: 'x@example.com' }],
    });
    expect(existsSync(`${refused}.refused.jsonl`)).toBe(false);
  });

  it('of CSV is kept as a record, or as its row where the row is no record', async () => {
    const file = imports.written('users.csv', ['sep=,', 'userId,email1,Notes', 'a,none,x', ',,', 'b,"c,d"', 'e,,']);
    expect(await imports.of(file, ['--column', 'Notes='])).toMatchObject({
      exitCode: 7,
      report: { read: 3, created: 1, refused: 2 },
    });
    expect(refusedOf(file)).toMatchObject([
      { refused: { line: 3 }, userId: 'a', emails: [{ position: 1, value: 'none' }] },
      { refused: { line: 5, detail: 'has 2 cells, expected 3 as in the header', text: 'b,"c,d"' } },
    ]);
  });

  it('of refused records can be read by its owner only', async () => {
    const file = imports.written('users.jsonl', lines);
    await imports.of(file);
    expect(statSync(`${file}.refused.jsonl`).mode & 0o777).toBe(0o600);
  });

  it('makes the exit code 1 when nothing was taken', async () => {
    expect(await imports.of(imports.written('users.jsonl', ['x', 'y']))).toMatchObject({
      exitCode: 1,
      report: { read: 2, refused: 2 },
    });
    expect(imports.keys).toEqual([]);
  });

  it('of an import before is not there any more', async () => {
    const file = imports.written('users.jsonl', lines);
    await imports.of(file);
    writeFileSync(file, '{"userId":"a"}\n');
    await imports.of(file);
    expect(existsSync(`${file}.refused.jsonl`)).toBe(false);
  });
});

describe('an import that cannot begin', () => {
  it.each([
    ['a column that nobody knows', ['userId,surname', 'a,b'], 2],
    ['a field that has two columns', ['userId,email1,emails.1', 'a,b,c'], 2],
    ['quotes that do not come out even', ['userId,firstName', 'a,"b'], 1],
  ])('for %s leaves nothing behind', async (_, lines, expected) => {
    const file = imports.written('users.csv', lines);
    expect(await imports.of(file)).toMatchObject({ exitCode: expected });
    expect(readdirSync(imports.folder)).toEqual(['users.csv']);
    expect(imports.keys).toEqual([]);
  });

  it('is one that is under way in another process', async () => {
    const file = imports.written('users.jsonl', manyUsers(1));
    const lock = `${file}.refused.jsonl.lock.${process.ppid}.${identify(process.ppid)?.birth}`;
    writeFileSync(lock, '');
    const { exitCode, stderr } = await imports.of(file);
    expect({ exitCode, users: imports.users.size }).toEqual({ exitCode: 1, users: 0 });
    expect(stderr).toContain(`under way in another process (pid ${process.ppid})`);
  });

  it('is one of a file whose state another process keeps, wherever its refusals go', async () => {
    const file = imports.written('users.jsonl', manyUsers(1));
    writeFileSync(`${file}.import.json.lock.${process.ppid}.${identify(process.ppid)?.birth}`, '');
    const { exitCode, stderr } = await imports.of(file, ['--refused', join(imports.folder, 'elsewhere')]);
    expect({ exitCode, users: imports.users.size }).toEqual({ exitCode: 1, users: 0 });
    expect(stderr).toContain('under way in another process');
    expect(await imports.of(file, ['--refused', join(imports.folder, 'elsewhere'), '--dry-run'])).toMatchObject({
      exitCode: 0,
    });
  });

  it.each([[[]], [['--dry-run']], [['--yes']], [['--dry-run', '--yes']]])(
    'is one whose --refused is its own input or state, also by a link, with %j',
    async (flags) => {
      const file = imports.written('users.jsonl', manyUsers(1));
      symlinkSync(file, join(imports.folder, 'link'));
      const before = readFileSync(file, 'utf8');
      for (const refused of [file, join(imports.folder, 'link'), `${file}.import.json`]) {
        const { exitCode, stderr } = await imports.of(file, ['--refused', refused, ...flags]);
        expect({ exitCode, text: readFileSync(file, 'utf8') }).toEqual({ exitCode: 2, text: before });
        expect(stderr).toContain('which must stay');
      }
      expect(readdirSync(imports.folder)).toEqual(['link', 'users.jsonl']);
    },
  );

  it.each([[[]], [['--dry-run']]])(
    "is one whose --refused is somebody else's file, with %j, but for --yes",
    async (flags) => {
      const file = imports.written('users.jsonl', ['no json', ...manyUsers(1)]);
      const letter = imports.written('letter', ['dear reader']);
      const { exitCode, stderr } = await imports.of(file, ['--refused', letter, ...flags]);
      expect({ exitCode, text: readFileSync(letter, 'utf8'), keys: imports.keys }).toEqual({
        exitCode: 2,
        text: 'dear reader\n',
        keys: [],
      });
      expect(stderr).toContain('--yes');
      expect(readdirSync(imports.folder)).toEqual(['letter', 'users.jsonl']);
      expect(await imports.of(file, ['--refused', letter, ...flags, '--yes'])).toMatchObject({ exitCode: 7 });
      expect(readFileSync(letter, 'utf8')).toContain('"line":1');
    },
  );
});
