import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { associate } from './associations.policy.js';

const pair = (userUuid: string, groupUuid: string) => ({ userUuid, groupUuid });
const failure = (userIndex: number, groupIndex: number, problem: string) => ({ userIndex, groupIndex, problem });

describe('associations', () => {
  it('are every user with every group, in the order of their ids', () => {
    expect(associate(['u2', 'u1'], ['g1', 'g2'])).toEqual({
      possible: [pair('u1', 'g1'), pair('u1', 'g2'), pair('u2', 'g1'), pair('u2', 'g2')],
      failed: [],
    });
  });

  it('of what is named twice are made once', () => {
    expect(associate(['u1', 'u1'], ['g1', 'g1', 'g1'])).toEqual({ possible: [pair('u1', 'g1')], failed: [] });
  });

  it('fail alone where a side is not there, in the order of the request', () => {
    expect(associate(['u1', undefined, 'u3'], ['g1', undefined])).toEqual({
      possible: [pair('u1', 'g1'), pair('u3', 'g1')],
      failed: [
        failure(0, 1, 'group.unknown'),
        failure(1, 0, 'user.unknown'),
        failure(1, 1, 'user.unknown'),
        failure(2, 1, 'group.unknown'),
      ],
    });
  });

  it('are each either possible or failed, never both', () => {
    const side = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined }), { maxLength: 6 });
    fc.assert(
      fc.property(side, side, (users, groups) => {
        const { possible, failed } = associate(users, groups);
        const failing = new Set(failed.map(({ userIndex, groupIndex }) => `${userIndex} ${groupIndex}`));
        const made = new Set(possible.map(({ userUuid, groupUuid }) => `${userUuid} ${groupUuid}`));
        expect(made.size).toBe(possible.length);
        users.forEach((user, userIndex) => {
          groups.forEach((group, groupIndex) => {
            const isThere = user !== undefined && group !== undefined;
            expect(failing.has(`${userIndex} ${groupIndex}`)).toBe(!isThere);
            if (isThere) expect(made.has(`${user} ${group}`)).toBe(true);
          });
        });
      }),
    );
  });
});
