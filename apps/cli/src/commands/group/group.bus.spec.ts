import {
  addMembers,
  deleteGroup,
  listGroups,
  listMembers,
  Problem,
  renameGroup,
  showGroup,
} from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { specCommandLine } from '../../../../../test/cli/spec-command-line.js';

const id = '0192f0c1-7b7d-7000-8000-000000000001';

const line = specCommandLine();

describe('countersign group', () => {
  it('lists, renames and deletes', async () => {
    line.answer(listGroups, () => ({ groups: [{ id, group: 'staff', createdAt: '2026-11-22T00:00:00.000Z' }] }));
    line.answer(renameGroup, () => ({ id }));
    line.answer(deleteGroup, () => ({ id }));
    expect(await line.run(['group', 'list', '--prefix', 'st', '-o', 'name'])).toMatchObject({ stdout: 'staff\n' });
    expect(await line.run(['group', 'rename', 'staff', 'crew'])).toMatchObject({ exitCode: 0 });
    for (const flags of [[], ['--no-input'], ['--quiet']]) {
      expect(await line.run(['group', 'delete', 'crew', ...flags])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('hint: to consent, add --yes'),
      });
    }
    expect(await line.run(['group', 'delete', 'crew', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(line.requests()).toMatchObject([{ prefix: 'st' }, { group: 'staff', newName: 'crew' }, { group: 'crew' }]);
  });

  it('shows a page of its members', async () => {
    line.answer(showGroup, () => ({ id, group: 'staff', createdAt: '2026-11-22T00:00:00.000Z' }));
    line.answer(listMembers, () => ({
      users: [
        { id, userId: 'jdoe' },
        { id, userId: 'asmith' },
      ],
      next: 'c1',
    }));
    const { stdout, stderr } = await line.run(['group', 'show', 'staff', '--limit', '2']);
    expect(stdout).toMatch(/members +jdoe\n +asmith/);
    expect(stderr).toBe('there are more members: --after c1\n');
    expect(JSON.parse((await line.run(['group', 'show', 'staff', '--json'])).stdout)).toMatchObject({
      members: [{ userId: 'jdoe' }, {}],
      next: 'c1',
    });
  });

  it.each([
    [[], 0],
    [[1], 7],
    [[0, 1, 2], 3],
  ])('adds users; with %j unknown it ends with %i', async (unknown, expected) => {
    line.answer(addMembers, () => ({
      failed: unknown.map((userIndex) => ({ userIndex, groupIndex: 0, problem: 'user.unknown' })),
    }));
    const { exitCode, stdout } = await line.run(['group', 'add', 'staff', 'a', 'b', 'c', 'a', '--json']);
    expect(exitCode).toBe(expected);
    expect(line.requests(addMembers)).toEqual([{ realm: 'staff', groups: ['staff'], userIds: ['a', 'b', 'c'] }]);
    const refused = unknown.map((at) => ({ userId: ['a', 'b', 'c'][at], problem: 'user.unknown' }));
    expect(JSON.parse(stdout)).toEqual({ realm: 'staff', group: 'staff', added: 3 - unknown.length, refused });
  });

  it('reports of the users that were answered for when the services fail before the rest', async () => {
    const userIds = Array.from({ length: 1_500 }, (_, at) => `user${at}`);
    const replies = [{ failed: [{ userIndex: 7, groupIndex: 0, problem: 'user.unknown' }] }];
    line.answer(addMembers, () => replies.shift() ?? new Problem('store.unavailable'));
    const { exitCode, stdout } = await line.run(['group', 'add', 'staff', ...userIds, '--json']);
    expect({ exitCode, result: JSON.parse(stdout) }).toEqual({
      exitCode: 6,
      result: {
        realm: 'staff',
        group: 'staff',
        added: 999,
        refused: [{ userId: 'user7', problem: 'user.unknown' }],
        unanswered: 500,
      },
    });
    expect(await line.run(['group', 'add', 'staff', 'a'])).toMatchObject({ exitCode: 6, stdout: '' });
  });
});
