import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forgetfulMs, type Mark, marksUpTo, settledSequence, withMark } from './publish-marks.js';

const minute = 60_000;

describe('what a server that lost power still has', () => {
  it('is nothing for sure in the first three minutes', () => {
    const marks = withMark([], { atMs: 0, sequence: 100 });
    expect(settledSequence(marks, 2 * minute)).toBe(0);
  });

  it('is what was acknowledged three minutes ago', () => {
    const marks = withMark(withMark([], { atMs: 0, sequence: 100 }), { atMs: minute, sequence: 200 });
    expect(settledSequence(marks, 3 * minute)).toBe(100);
    expect(settledSequence(marks, 4 * minute)).toBe(200);
  });

  it('is never more than was acknowledged by then, and at most the last ten seconds less, whatever the history', () => {
    const history = fc.array(fc.record({ passMs: fc.nat(2 * minute), count: fc.nat(1000) }), { maxLength: 200 });
    fc.assert(
      fc.property(history, fc.nat(10 * minute), (steps, restMs) => {
        const truth: Mark[] = [{ atMs: 0, sequence: 0 }];
        let marks: readonly Mark[] = [];
        let atMs = 0;
        let sequence = 0;
        for (const { passMs, count } of steps) {
          atMs += passMs;
          sequence += count;
          truth.push({ atMs, sequence });
          marks = withMark(marks, { atMs, sequence });
          expect(marks.length).toBeLessThanOrEqual(forgetfulMs / 10_000 + 2);
        }
        const nowMs = atMs + restMs;
        const acknowledgedBy = (ms: number) => truth.findLast((mark) => mark.atMs <= ms)?.sequence ?? 0;
        const settled = settledSequence(marks, nowMs);
        expect(settled).toBeLessThanOrEqual(acknowledgedBy(nowMs - forgetfulMs));
        const lastAtMs = truth.findLast((mark) => mark.atMs <= nowMs - forgetfulMs)?.atMs ?? 0;
        expect(settled).toBeGreaterThanOrEqual(acknowledgedBy(lastAtMs - 10_000));
      }),
    );
  });

  it('is not told by marks of what is sent again', () => {
    const marks = [
      { atMs: 0, sequence: 10 },
      { atMs: minute, sequence: 20 },
    ];
    expect(marksUpTo(marks, 10)).toEqual([{ atMs: 0, sequence: 10 }]);
  });
});
