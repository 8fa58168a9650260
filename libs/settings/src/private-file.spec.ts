import { describe, expect, it } from '@jest/globals';
import { widestMode } from './private-file.js';

describe('a file with a secret', () => {
  it.each([
    ['ours', 10_001, 10_001],
    ['of another user than root', 1_000, 10_001],
    ["root's, read by root", 0, 0],
    ['of a system without user ids', 0, undefined],
  ])('is open to its owner only: %s', (_whose, owner, self) => {
    expect(widestMode(owner, self)).toBe(0o600);
  });

  it('that root lends us may be read by its group, as a cluster mounts it', () => {
    expect(widestMode(0, 10_001)).toBe(0o640);
  });
});
