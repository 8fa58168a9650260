import { describe, expect, it } from '@jest/globals';
import { median, percentile } from './statistics.mjs';
import { table } from './table.mjs';
import { judge } from './verdict.mjs';

describe('a median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow('median of no values');
  });
});

describe('a percentile', () => {
  it('is a value that was measured: the smallest that so many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100]);
    expect(percentile([7], 0.99)).toBe(7);
  });
});

describe('a verdict', () => {
  const rate = { id: 'P0', figure: 'rate', unit: 'req/s', goals: [{ against: 'rival', atLeast: 2 }] };

  it('compares the medians of the same rounds, ours over theirs', () => {
    const { figure } = judge(rate, { ours: [10, 30, 20], rivals: { rival: [9, 11, 10] } });
    expect(figure).toEqual({
      id: 'P0',
      figure: 'rate',
      unit: 'req/s',
      ours: 20,
      rivals: [{ name: 'rival', value: 10, ratio: 2 }],
      goal: '≥ 2 × rival',
      met: true,
    });
  });

  it('is no if one goal of several is missed', () => {
    const goals = [{ atMost: 7 }, { against: 'limit', atMost: 1.5 }];
    const { figure } = judge({ ...rate, goals }, { ours: [6], rivals: { limit: [3] } });
    expect([figure.goal, figure.met]).toEqual(['≤ 7 req/s; ≤ 1.5 × limit', false]);
  });

  it('is open where there is no goal, or its rival was not measured', () => {
    expect(judge({ ...rate, goals: [] }, { ours: [1], rivals: {} }).figure).toMatchObject({ goal: null, met: null });
    expect(judge(rate, { ours: [1], rivals: { rival: undefined } }).figure.met).toBeNull();
  });
});

describe('the table', () => {
  it('lines up', () => {
    const goals = [{ against: 'a', atLeast: 1 }];
    const lines = table([
      judge(
        { id: 'P1', figure: 'short', unit: 'ms', goals },
        { ours: [1.5], rivals: { a: [1], 'a longer one': [12_345] } },
      ),
      judge({ id: 'P10', figure: 'a longer figure', unit: 'µs', goals: [] }, { ours: [123_456], rivals: {} }),
    ]).split('\n');
    const at = lines[0].indexOf('beside');
    expect(lines.slice(2, 4).map((line) => line.slice(at, at + 1))).toEqual(['a', 'a']);
    expect(lines[4]).toContain('a longer figure, µs  123,500');
  });
});
