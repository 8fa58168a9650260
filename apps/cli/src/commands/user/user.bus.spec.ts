import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  eraseUser,
  listUsers,
  markUser,
  registerUser,
  renameUser,
  resetPassword,
  resolveUser,
  showUser,
  updateUser,
} from '@countersign/contracts';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { specCommandLine } from '../../../../../test/cli/spec-command-line.js';

const id = '0192f0c1-7b7d-7000-8000-000000000001';

const line = specCommandLine();
beforeAll(() => writeFileSync(join(line.folder, 'password'), 'correct horse\n', { mode: 0o600 }));

describe('countersign user list', () => {
  const user = (at: number, family: string) => ({
    id,
    userId: `user${at}`,
    state: 'active',
    name: { family },
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
    const { stdout, stderr } = await line.run(['user', 'list', '--by', 'familyName', '--prefix', 'do']);
    expect(line.requests(listUsers)).toMatchObject([
      { realm: 'staff', by: 'familyName', prefix: 'do', limit: 1000 },
      { after: 'c1' },
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^USER +STATE +GIVEN NAME +FAMILY NAME +MAIL +CREATED +ID$/);
    expect(lines[1]?.indexOf('Do')).toBe(lines[0]?.indexOf('FAMILY NAME'));
    expect(lines[3]?.indexOf('王')).toBe(lines[0]?.indexOf('FAMILY NAME'));
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

  it('is [] or a sentence when there are no users', async () => {
    line.answer(listUsers, () => ({ users: [] }));
    expect(await line.run(['user', 'list', '--json'])).toMatchObject({ stdout: '[]\n' });
    expect(await line.run(['user', 'list'])).toMatchObject({ stdout: '', stderr: 'no users in realm staff\n' });
  });

  it.each([
    [['--state', 'locked', '--by', 'email'], /--by userId only/],
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

  it('takes the password from a file, and fields as words', async () => {
    const words = [
      'user',
      'create',
      'jdoe',
      'name.given=J=D',
      'phone1=',
      'emails.2=j@example.com',
      'emails.2.kind=work',
      '--password-file',
      join(line.folder, 'password'),
    ];
    expect(await line.run(words)).toMatchObject({ exitCode: 0 });
    expect(line.requests(registerUser)).toMatchObject([
      {
        realm: 'staff',
        userId: 'jdoe',
        password: 'correct horse',
        name: { given: 'J=D' },
        phones: [{ position: 1, value: '' }],
        emails: [{ position: 2, value: 'j@example.com', kind: 'work' }],
      },
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

  it('demands the file where there is no terminal to ask on', async () => {
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
    expect(JSON.parse(stdout)).toMatchObject({ request: { password: '***', pin: '***' } });
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
    [['surname=x'], /surname is no field/],
    [['name.given'], /name\.given has no value/],
    [['pin=1234'], /shows in process lists/],
    [['pinHash=1234'], /shows in process lists/],
    [['questions.1.answer=Rex'], /shows in process lists.*--answer-file questions\.1=/s],
    [['name.given=a', 'name.given=b'], /name\.given is given twice/],
    [['firstName=a', 'name.given=b'], /name\.given is given twice/],
    [['questions.1.question=Pet?'], /no answer.*--answer-file questions\.1=/s],
    [['kbq7.question=Pet?'], /kbq7\.question is no field/],
    [['state=disabled'], /state is no field to set/],
    [['groups=staff'], /groups is no field to set/],
    [['emails.1=a@example.com', 'emails.1.verifiedAt=2026-11-22T00:00:00Z'], /verifiedAt is no field to set/],
    [['emails.1.kind=home'], /emails\.1\.kind has no value beside it.*emails\.1=value/s],
    [['emails.3=a@example.com', 'emails.3.kind=private'], /emails\.3\.kind: /],
    [['emails.21=a@example.com'], /emails\.21 is no field/],
    [['aliases=jd'], /user that exists/],
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
  it('changes fields, contacts and questions in one operation', async () => {
    line.answer(updateUser, () => ({ id }));
    writeFileSync(join(line.folder, 'answer'), 'Rex\n', { mode: 0o600 });
    const words = [
      ...['auxId1=7', 'attributes.custom2=', 'ExtProperty1=x', 'attributes.extended2=', 'pinHash='],
      ...['kbq1.question=Pet?', 'questions.2.question=', 'aliases=CORP\\jdoe;jd', 'name.family=Doe'],
      ...['phones.2=+1 555 0100', 'phones.2.extension=42', 'phones.2.details={"platform":"ios"}', 'phones.1='],
    ];
    const answer = ['--answer-file', `questions.1=${join(line.folder, 'answer')}`];
    expect(await line.run(['user', 'set', 'jdoe', ...words, ...answer])).toMatchObject({ exitCode: 0 });
    expect(line.requests(updateUser)).toEqual([
      {
        realm: 'staff',
        userId: 'jdoe',
        attributes: { custom1: '7', custom2: '', extended1: 'x', extended2: '' },
        pin: '',
        questions: { 1: { question: 'Pet?', answer: 'Rex' }, 2: { question: '', answer: '' } },
        aliases: ['CORP\\jdoe', 'jd'],
        name: { family: 'Doe' },
        emails: [],
        phones: [
          { position: 1, value: '' },
          { position: 2, value: '+1 555 0100', extension: '42', details: { platform: 'ios' } },
        ],
      },
    ]);
    expect(line.requests()).toHaveLength(1);
  });

  it('takes all aliases away when none is named', async () => {
    line.answer(updateUser, () => ({ id }));
    expect(await line.run(['user', 'set', 'jdoe', 'aliases='])).toMatchObject({ exitCode: 0 });
    expect(line.requests(updateUser)).toMatchObject([{ realm: 'staff', userId: 'jdoe', aliases: [] }]);
    expect(await line.run(['user', 'set', 'jdoe', 'displayName='])).toMatchObject({ exitCode: 0 });
    expect(line.requests(updateUser)[1]).not.toHaveProperty('aliases');
  });

  it('shows neither PIN nor answer in a dry run', async () => {
    const files = ['pin', 'answer'].map((name) => join(line.folder, name));
    for (const file of files) writeFileSync(file, '13579', { mode: 0o600 });
    const secrets = ['--pin-file', files[0] ?? '', '--answer-file', `kbq1=${files[1]}`];
    const { stdout, stderr } = await line.run(['user', 'set', 'jdoe', 'kbq1.question=Pet?', ...secrets, '--dry-run']);
    expect(JSON.parse(stdout)).toMatchObject({
      request: { pin: '***', questions: { 1: { question: 'Pet?', answer: '***' } } },
    });
    expect(stdout + stderr).not.toContain('13579');
  });

  it('refuses to do nothing, an unknown field, and an answer without its question, before anything is asked', async () => {
    writeFileSync(join(line.folder, 'answer'), 'Rex\n', { mode: 0o600 });
    const answer = join(line.folder, 'answer');
    for (const words of [[], ['attributes.custom1=7', 'ext1=x'], ['--answer-file', `questions.1=${answer}`]]) {
      expect(await line.run(['user', 'set', 'jdoe', ...words])).toMatchObject({ exitCode: 2 });
    }
    expect(await line.run(['user', 'set', 'jdoe', '--answer-file', `firstName=${answer}`])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('firstName is no field'),
    });
    expect(line.requests()).toEqual([]);
  });
});

describe('countersign user show', () => {
  const contact = (position: number, value: string, more: object = {}) => ({
    ...{ id, value, kind: 'work', position, addedAt: '2026-11-22T00:00:00.000Z' },
    ...more,
  });
  const shown = {
    ...{ id, userId: 'jdoe', state: 'suspended', stateReason: 'on leave', stateChangedAt: '2026-11-23T00:00:00.000Z' },
    ...{ isGroupMissing: false, createdAt: '2026-11-22T00:00:00.000Z', updatedAt: '2026-11-22T00:00:00.000Z' },
    ...{ aliases: ['CORP\\jdoe', 'jd'], name: { given: 'John', family: 'Doe' }, groups: ['staff', 'a;b'] },
    attributes: { custom10: 'ten', custom9: 'nine' },
    questions: { 1: { question: 'Pet?' } },
    emails: [
      contact(1, 'jdoe@example.com', { verifiedAt: '2026-11-22T10:00:00.000Z' }),
      contact(12, '王@example.com', { kind: 'home' }),
    ],
    phones: [contact(1, '+12025550143', { kind: 'mobile', extension: '42' })],
  };

  it('has every field under the path by which it is set, and contacts as a table that lines up', async () => {
    line.answer(showUser, () => shown);
    const { exitCode, stdout } = await line.run(['user', 'show', 'jdoe']);
    expect(exitCode).toBe(0);
    const [facts = '', contacts = ''] = stdout.split('\n\n');
    const paths = facts.split('\n').map((each) => each.split(/ {2,}/));
    expect(Object.fromEntries(paths)).toEqual({
      ...{ user: 'jdoe', id, state: 'suspended', reason: 'on leave', since: shown.stateChangedAt },
      ...{ created: shown.createdAt, groups: 'staff, a;b', aliases: 'CORP\\jdoe;jd' },
      ...{ 'name.given': 'John', 'name.family': 'Doe' },
      ...{ 'attributes.custom9': 'nine', 'attributes.custom10': 'ten', 'questions.1.question': 'Pet?' },
    });
    const [titles = '', ...rows] = contacts.trimEnd().split('\n');
    expect(titles).toMatch(/^CONTACT +VALUE +KIND +VERIFIED +EXTENSION$/);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['emails.1', 'jdoe@example.com', 'work', '2026-11-22T10:00:00.000Z'],
      ['emails.12', '王@example.com', 'home', 'no'],
      ['phones.1', '+12025550143', 'mobile', 'no', '42'],
    ]);
    expect(
      rows.map((row) => row.indexOf(row.includes('王') ? 'home' : row.includes('+1') ? 'mobile' : 'work')),
    ).toEqual([titles.indexOf('KIND'), titles.indexOf('KIND') - 1, titles.indexOf('KIND')]);
  });

  it('says when a group that the realm demands is missing, and needs no table without contacts', async () => {
    line.answer(showUser, () => ({ ...shown, isGroupMissing: true, emails: [], phones: [] }));
    const { stdout } = await line.run(['user', 'show', 'jdoe']);
    expect(stdout).toMatch(/^state +suspended, but in none of the groups/m);
    expect(stdout).not.toContain('CONTACT');
  });

  it('is the whole user for a program', async () => {
    line.answer(showUser, () => shown);
    expect(JSON.parse((await line.run(['user', 'show', 'jdoe', '--json'])).stdout)).toEqual(shown);
  });
});

describe('countersign user mark', () => {
  it.each([
    [['suspended', '--reason', 'on leave'], { state: 'suspended', reason: 'on leave' }],
    [['deleted'], { state: 'deleted' }],
  ])('%j sets the state, whatever it is now', async (words, expected) => {
    line.answer(markUser, () => ({ id }));
    const { exitCode, stdout } = await line.run(['user', 'mark', 'jdoe', ...words, '--json']);
    expect({ exitCode, user: JSON.parse(stdout) }).toMatchObject({ exitCode: 0, user: { id, state: words[0] } });
    expect(line.requests()).toEqual([{ realm: 'staff', userId: 'jdoe', ...expected }]);
  });

  it('refuses a state that is none, naming those that are', async () => {
    const { exitCode, stderr } = await line.run(['user', 'mark', 'jdoe', 'gone']);
    expect({ exitCode, asked: line.requests() }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(/gone is no state.*pending, active, suspended/s);
  });
});

describe('countersign user disable, enable, unlock', () => {
  it.each([
    ['disable', 'disabled', ['pending', 'active', 'suspended', 'locked', 'password_expired']],
    ['enable', 'active', ['disabled']],
    ['unlock', 'active', ['locked', 'password_expired']],
  ])('%s acts only on the states that it is for', async (verb, state, from) => {
    line.answer(markUser, () => ({ id, isMarked: true }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: from[0], isGroupMissing: false }));
    expect(await line.run(['user', verb, 'jdoe', '--reason', 'why'])).toMatchObject({ exitCode: 0 });
    expect(line.requests(markUser)).toEqual([{ realm: 'staff', userId: 'jdoe', state, from, reason: 'why' }]);
  });

  it('say that it did not apply, and what would', async () => {
    line.answer(markUser, () => ({ id, isMarked: false }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: 'disabled', isGroupMissing: false }));
    const { exitCode, stderr } = await line.run(['user', 'unlock', 'jdoe']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('jdoe is disabled, not locked or password_expired: nothing changed');
    expect(stderr).toContain('user enable');
  });

  it.each(['pending', 'suspended', 'deleted'])('leave a user who is %s to user mark', async (state) => {
    line.answer(markUser, () => ({ id, isMarked: false }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state, isGroupMissing: false }));
    const { exitCode, stderr } = await line.run(['user', 'enable', 'jdoe']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`jdoe is ${state}, not disabled: nothing changed.*user mark`, 's'));
  });

  it.each([
    ['disabled', 'jdoe is disabled, not locked or password_expired: nothing changed', 'user enable'],
    ['password_expired', 'jdoe was changed at the same time and is password_expired now', 'ask again'],
  ])('say so when another operator has made the user %s meanwhile', async (state, sentence, hint) => {
    const states = ['locked', state];
    line.answer(markUser, () => ({ id, isMarked: false }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: states.shift(), isGroupMissing: false }));
    const { exitCode, stderr } = await line.run(['user', 'unlock', 'jdoe']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain(hint);
  });

  it('take it as done when another operator has done it meanwhile', async () => {
    const states = ['locked', 'active'];
    line.answer(markUser, () => ({ id, isMarked: false }));
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: states.shift(), isGroupMissing: false }));
    const { exitCode, stdout } = await line.run(['user', 'unlock', 'jdoe', '--json']);
    expect({ exitCode, result: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      result: { state: 'active', changed: false },
    });
  });

  it('take a user who is so already as done', async () => {
    line.answer(resolveUser, () => ({ id, userId: 'jdoe', state: 'active', isGroupMissing: true }));
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
    [['--yes'], undefined, 0],
    [['--confirm', 'jdo'], undefined, 2],
    [['--confirm', 'jdo', '--yes'], undefined, 2],
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
