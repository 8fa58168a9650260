import { monotonicMs } from '@countersign/clock';
import { eventually } from '@countersign/testing';
import { describe, expect, it } from '@jest/globals';
import { DeadlineSweep } from './deadline-sweep.js';

describe('the deadline sweep', () => {
  it('tells every id once, in the order of deadlines, and not long before', async () => {
    const told: { id: number; at: number }[] = [];
    const sweep = new DeadlineSweep((ids) => told.push(...ids.map((id) => ({ id, at: monotonicMs() }))));
    const start = monotonicMs();
    const offsets = [90, 30, 60, 0, -20, 30];
    offsets.forEach((offset, id) => {
      sweep.add(id, start + offset);
    });
    await eventually(() => told.length === offsets.length);
    expect(told.map(({ id }) => offsets[id])).toEqual([...offsets].sort((a, b) => a - b));
    for (const { id, at } of told) expect(at - start).toBeGreaterThan((offsets[id] ?? 0) - 10);
  });

  it('forgets what is cleared, and goes on afterwards', async () => {
    const told: number[] = [];
    const sweep = new DeadlineSweep((ids) => told.push(...ids));
    sweep.add(1, monotonicMs() + 20);
    sweep.clear();
    sweep.add(2, monotonicMs() + 40);
    await eventually(() => told.length > 0);
    expect(told).toEqual([2]);
  });
});
