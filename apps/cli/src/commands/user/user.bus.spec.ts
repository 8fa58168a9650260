import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  eraseUser,
  extendUser,
  listUsers,
  markUser,
  Problem,
  registerUser,
  renameUser,
  resetPassword,
  resolveUser,
  updateUser,
} from '@countersign/contracts';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { specCommandLine } from '../../../../../test/cli/spec-command-line.js';

const id = '0192f0c1-7b7d-7000-8000-000000000001';

const line = specCommandLine();
beforeAll(() => writeFileSync(join(line.folder, 'password'), 'correct horse\n', { mode: 0o600 }));

describe('countersign user list', () => {
  const user = (at: number, lastName: string) => ({
    id,
    userId: `user${at}`,
    status: 'active',
    lastName,
    createdAt: '2026-11-22T00:00:00.000Z',
  });
  const pages = () =>
    line.answer(listUsers, ({ after }) =>
      after === undefined
        ? { users: [user(1, 'Do'), user(2, 'Doe')], next: 'c1' }
        : { users: [user(3, '王'.repeat(20))] },
    );

  it('prints all pages as one table that lines up', async () => {
    pages();
    const { stdout, stderr } = await line.run(['user', 'list', '--by', 'lastName', '--prefix', 'do']);
    expect(line.requests(listUsers)).toMatchObject([
      { realm: 'staff', by: 'lastName', prefix: 'do', limit: 1000 },
      { after: 'c1' },
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^USER +STATUS +FIRST NAME +LAST NAME +MAIL +CREATED +ID$/);
    expect(lines[1]?.indexOf('Do')).toBe(lines[0]?.indexOf('LAST NAME'));
    expect(lines[3]?.indexOf('王')).toBe(lines[0]?.indexOf('LAST NAME'));
    expect(stderr).toBe('');
  });

  it.each([
    ['json', (text: string) => JSON.parse(text) as unknown[]],
    [
      'jsonl',
      (text: string) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
    ],
  ])('prints them as -o %s', async (format, read) => {
    pages();
    const { stdout } = await line.run(['user', 'list', '-o', format]);
    expect(read(stdout)).toMatchObject([{ userId: 'user1' }, { userId: 'user2' }, { userId: 'user3' }]);
  });

  it('prints one page with --limit, and the cursor to go on with', async () => {
    pages();
    const { stdout, stderr } = await line.run(['user', 'list', '--limit', '2', '-o', 'name']);
    expect(line.requests(listUsers)).toMatchObject([{ limit: 2 }]);
    expect({ stdout, stderr }).toEqual({ stdout: 'user1\nuser2\n', stderr: 'there is more: --after c1\n' });
    expect(await line.run(['user', 'list', '--after', 'c1', '-o', 'name'])).toMatchObject({ stdout: 'user3\n' });
  });

  it('is [] or a sentence when there is nobody', async () => {
    line.answer(listUsers, () => ({ users: [] }));
    expect(await line.run(['user', 'list', '--json'])).toMatchObject({ stdout: '[]\n' });
    expect(await line.run(['user', 'list'])).toMatchObject({ stdout: '', stderr: 'no users in realm staff\n' });
  });

  it.each([
    [['--status', 'locked', '--by', 'email'], /--by userId only/],
    [['--limit', '0'], /--limit 0/],
    [['--by', 'age'], /age/],
  ])('refuses %j as usage', async (flags, message) => {
    const { exitCode, stderr } = await line.run(['user', 'list', ...flags]);
    expect({ exitCode, asked: line.requests() }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(message);
  });
});

describe('countersign user create', () => {
  beforeEach(() => line.answer(registerUser, () => ({ id })));

  it('takes the password from a file, and properties as words', async () => {
    const words = [
      'user',
      'create',
      'jdoe',
      'firstName=J=D',
      'phone1=',
      '--password-file',
      join(line.folder, 'password'),
    ];
    expect(await line.run(words)).toMatchObject({ exitCode: 0 });
    expect(line.requests(registerUser)).toMatchObject([
      { realm: 'staff', userId: 'jdoe', password: 'correct horse', properties: { firstName: 'J=D', phone1: '' } },
    ]);
  });

  it('asks for it twice on a terminal, and shows nothing of it', async () => {
    const { exitCode, stdout, stderr } = await line.run(['user', 'create', 'jdoe'], {
      typed: ['typed secret', 'typed secret'],
    });
    expect(exitCode).toBe(0);
    expect(line.requests(registerUser)).toMatchObject([{ password: 'typed secret' }]);
    expect(stdout + stderr).not.toContain('typed secret');
    expect(await line.run(['user', 'create', 'jdoe'], { typed: ['one', 'other'] })).toMatchObject({ exitCode: 1 });
    expect(await line.run(['user', 'create', 'jdoe'], { typed: [] })).toMatchObject({ exitCode: 1 });
  });

  it('demands the file where nobody can be asked', async () => {
    const { exitCode, stderr } = await line.run(['user', 'create', 'jdoe']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--password-file is missing');
    expect(await line.run(['user', 'create', 'jdoe', '--no-input'], { typed: ['x', 'x'] })).toMatchObject({
      exitCode: 2,
    });
  });

  it('shows no secret in a dry run', async () => {
    writeFileSync(join(line.folder, 'pin'), '2468', { mode: 0o600 });
    const words = [
      'user',
      'create',
      'jdoe',
      '--password-file',
      join(line.folder, 'password'),
      '--pin-file',
      join(line.folder, 'pin'),
      '--dry-run',
    ];
    const { stdout } = await line.run(words);
    expect(JSON.parse(stdout)).toMatchObject({ request: { password: '***', properties: { pinHash: '***' } } });
    expect(line.requests()).toEqual([]);
  });

  it('warns of a password file that others may open, and refuses one of several lines', async () => {
    writeFileSync(join(line.folder, 'open'), 'secret one\n', { mode: 0o644 });
    const { stderr } = await line.run(['user', 'create', 'jdoe', '--password-file', join(line.folder, 'open')]);
    expect(stderr).toContain('others may open');
    writeFileSync(join(line.folder, 'lines'), 'secret one\nsecret two\n', { mode: 0o600 });
    const refused = await line.run(['user', 'create', 'jdoe', '--password-file', join(line.folder, 'lines')]);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).not.toContain('secret one');
  });

  it.each([
    [['surname=x'], /surname is no property/],
    [['firstName'], /firstName has no value/],
    [['pinHash=1234'], /shows in process lists/],
    [['firstName=a', 'firstName=b'], /given twice/],
    [['--question', 'kbq1=Pet?'], /no --answer-file kbq1/],
    [['--question', 'kbq7=Pet?'], /kbq7 is no question/],
  ])('refuses %j as usage', async (more, message) => {
    const { exitCode, stderr } = await line.run([
      'user',
      'create',
      'jdoe',
      '--password-file',
      join(line.folder, 'password'),
      ...more,
    ]);
    expect({ exitCode, asked: line.requests() }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(message);
  });
});

describe('countersign user set', () => {
  it('changes properties and questions, and extended properties by their own operation', async () => {
    line.answer(updateUser, () => ({ id }));
    line.answer(extendUser, () => ({ id }));
    writeFileSync(join(line.folder, 'answer'), 'Rex\n', { mode: 0o600 });
    const words = [
      'user',
      'set',
      'jdoe',
      'auxId1=7',
      'auxId2=',
      'pinHash=',
      '--question',
      'kbq1=Pet?',
      '--question',
      'kbq2=',
    ];
    const more = [
      '--answer-file',
      `kbq1=${join(line.folder, 'answer')}`,
      '--ext',
      'ExtProperty1=x',
      '--ext',
      'ExtProperty2=',
    ];
    expect(await line.run([...words, ...more])).toMatchObject({ exitCode: 0 });
    expect(line.requests(updateUser)).toMatchObject([
      {
        properties: { auxId1: '7', auxId2: '', pinHash: '' },
        knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' }, kbq2: { question: '', answer: '' } },
      },
    ]);
    expect(line.requests(extendUser)).toMatchObject([{ extendedProperties: { ExtProperty1: 'x', ExtProperty2: '' } }]);
  });

  it.each([
    ['user.unknown', 3, 'are not'],
    ['bus.deadline', 6, 'may not be'],
    ['internal', 1, 'may not be'],
  ] as const)('says what was done when the second operation fails with %s', async (code, expected, verb) => {
    line.answer(updateUser, () => ({ id }));
    line.answer(extendUser, () => new Problem(code));
    const { exitCode, stderr } = await line.run(['user', 'set', 'jdoe', 'auxId1=7', '--ext', 'ExtProperty1=x']);
    expect(exitCode).toBe(expected);
    expect(stderr).toContain(`properties and questions are set, extended properties ${verb}\n`);
  });

  it('refuses to do nothing, and an unknown key, before anything is asked', async () => {
    expect(await line.run(['user', 'set', 'jdoe'])).toMatchObject({ exitCode: 2 });
    expect(await line.run(['user', 'set', 'jdoe', 'auxId1=7', '--ext', 'auxId2=x'])).toMatchObject({ exitCode: 2 });
    expect(line.requests()).toEqual([]);
  });
});

describe('countersign user disable, enable, unlock', () => {
  it.each([
    ['disable', 'disabled', ['active', 'locked', 'password_expired']],
    ['enable', 'active', ['disabled']],
    ['unlock', 'active', ['locked', 'password_expired']],
  ])('%s acts only on the states that it is for', async (verb, status, from) => {
    line.answer(markUser, () => ({ id, isMarked: true }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: from[0] }));
    expect(await line.run(['user', verb, 'jdoe'])).toMatchObject({ exitCode: 0 });
    expect(line.requests(markUser)).toEqual([{ realm: 'staff', userId: 'jdoe', status, from }]);
  });

  it('say that it did not apply, and what would', async () => {
    line.answer(markUser, () => ({ id, isMarked: false }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: 'disabled' }));
    const { exitCode, stderr } = await line.run(['user', 'unlock', 'jdoe']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('jdoe is disabled, not locked or password_expired: nothing changed');
    expect(stderr).toContain('user enable');
  });

  it.each([
    ['disabled', 'jdoe is disabled, not locked or password_expired: nothing changed', 'user enable'],
    ['password_expired', 'somebody else has changed jdoe at the same time, who is password_expired now', 'ask again'],
  ])('say what is so now when somebody has made the user %s meanwhile', async (state, sentence, hint) => {
    const states = ['locked', state];
    line.answer(markUser, () => ({ id, isMarked: false }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: states.shift() }));
    const { exitCode, stderr } = await line.run(['user', 'unlock', 'jdoe']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain(hint);
  });

  it('take it as done when somebody else has done it meanwhile', async () => {
    const states = ['locked', 'active'];
    line.answer(markUser, () => ({ id, isMarked: false }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: states.shift() }));
    const { exitCode, stdout } = await line.run(['user', 'unlock', 'jdoe', '--json']);
    expect({ exitCode, result: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      result: { state: 'active', changed: false },
    });
  });

  it('take a user who is so already as done', async () => {
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: 'group_missing' }));
    const { exitCode, stderr, stdout } = await line.run(['user', 'enable', 'jdoe']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'jdoe is active already: nothing changed\n' });
    expect(stdout).toMatch(/changed +no/);
  });
});

describe('countersign user rename, reset-password, erase', () => {
  it('rename', async () => {
    line.answer(renameUser, () => ({ id }));
    expect(await line.run(['user', 'rename', 'jdoe', 'jsmith', '--json'])).toMatchObject({ exitCode: 0 });
    expect(line.requests(renameUser)).toEqual([{ realm: 'staff', userId: 'jdoe', newUserId: 'jsmith' }]);
  });

  it('reset-password works whatever the state of the user', async () => {
    line.answer(resetPassword, () => ({ id }));
    const words = ['user', 'reset-password', 'jdoe', '--password-file', join(line.folder, 'password')];
    expect(await line.run(words)).toMatchObject({ exitCode: 0 });
    expect(line.requests(resetPassword)).toEqual([
      { realm: 'staff', userId: 'jdoe', password: 'correct horse', reportAccountState: false },
    ]);
  });

  it.each([
    [[], undefined, 2],
    [['--yes'], undefined, 2],
    [['--confirm', 'jdo'], undefined, 2],
    [[], ['n'], 1],
    [['--no-input'], ['y'], 2],
    [['--confirm', 'jdoe'], undefined, 0],
    [[], ['y'], 0],
    [['--yes'], [], 0],
  ] as const)('erase with %j, answered %j, ends with %i', async (flags, typed, expected) => {
    line.answer(eraseUser, () => ({ id }));
    const { exitCode } = await line.run(['user', 'erase', 'jdoe', ...flags], typed === undefined ? {} : { typed });
    expect({ exitCode, times: line.requests(eraseUser).length }).toEqual({
      exitCode: expected,
      times: expected === 0 ? 1 : 0,
    });
  });
});
