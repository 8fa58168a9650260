import { Problem } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BatchLoader } from './batch-loader.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A read that is answered by the spec. */
function held() {
  const calls: { keys: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const read = (keys: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      calls.push({ keys, answer: () => resolve(keys.map((key) => key * 10)), fail: reject });
    });
  return { calls, read };
}

describe('items of one turn', () => {
  it('become one call, answered by position', async () => {
    const calls: (readonly number[])[] = [];
    const batch = new BatchLoader<number, number>({
      read: async (keys) => {
        calls.push(keys);
        return keys.map((key) => key * 10);
      },
      maxItems: 64,
      concurrency: 2,
    });
    expect(await Promise.all([3, 1, 3, 2].map((key) => batch.load(key)))).toEqual([30, 10, 30, 20]);
    expect(calls).toEqual([[3, 1, 3, 2]]);
  });

  it('are not kept: the same key later is read again', async () => {
    let reads = 0;
    const batch = new BatchLoader<number, number>({ read: async () => [++reads], maxItems: 8, concurrency: 1 });
    expect([await batch.load(1), await batch.load(1)]).toEqual([1, 2]);
  });

  it('are cut at the bound', async () => {
    const { calls, read } = held();
    const batch = new BatchLoader<number, number>({ read, maxItems: 2, concurrency: 8 });
    const answers = [1, 2, 3, 4, 5].map((key) => batch.load(key));
    await turn();
    expect(calls.map((call) => call.keys)).toEqual([[1, 2], [3, 4], [5]]);
    for (const call of calls) call.answer();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
  });
});

describe('a lone item', () => {
  it('goes at the end of its own turn', async () => {
    const { calls, read } = held();
    const batch = new BatchLoader<number, number>({ read, maxItems: 64, concurrency: 1 });
    const answer = batch.load(7);
    await turn();
    expect(calls.map((call) => call.keys)).toEqual([[7]]);
    calls[0]?.answer();
    expect(await answer).toBe(70);
  });
});

describe('while all calls are under way', () => {
  it('items gather, and leave together as soon as one is done', async () => {
    const { calls, read } = held();
    const batch = new BatchLoader<number, number>({ read, maxItems: 64, concurrency: 1 });
    const first = batch.load(1);
    await turn();
    const second = batch.load(2);
    await turn();
    const third = batch.load(3);
    await turn();
    expect(calls).toHaveLength(1);
    calls[0]?.answer();
    await first;
    await turn();
    await turn();
    expect(calls.map((call) => call.keys)).toEqual([[1], [2, 3]]);
    calls[1]?.answer();
    expect(await Promise.all([second, third])).toEqual([20, 30]);
  });

  it('no more may wait than the bound says', async () => {
    const batch = new BatchLoader<number, number>({ read: held().read, maxItems: 1, concurrency: 1, maxWaiting: 2 });
    void batch.load(1);
    void batch.load(2);
    await expect(batch.load(3)).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});

describe('a call that fails', () => {
  it('is tried again item by item: only the poisoned item fails', async () => {
    const read = async (keys: readonly number[]) => {
      if (keys.includes(13)) throw new Error('poisoned');
      return keys.map((key) => key * 10);
    };
    const batch = new BatchLoader<number, number>({ read, maxItems: 64, concurrency: 1 });
    const results = await Promise.allSettled([1, 13, 2].map((key) => batch.load(key)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is not tried again while the store is down', async () => {
    let calls = 0;
    const read = async (): Promise<number[]> => {
      calls += 1;
      throw new Problem('store.unavailable');
    };
    const batch = new BatchLoader<number, number>({ read, maxItems: 64, concurrency: 1 });
    const results = await Promise.allSettled([1, 2, 3].map((key) => batch.load(key)));
    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    expect(calls).toBe(1);
  });

  it('fails whole when it answers another number of results than keys, and cures itself item by item', async () => {
    const read = async (keys: readonly number[]) => (keys.length > 1 ? [1] : keys.map((key) => key * 10));
    const batch = new BatchLoader<number, number>({ read, maxItems: 64, concurrency: 1 });
    expect(await Promise.all([batch.load(4), batch.load(5)])).toEqual([40, 50]);
  });
});

describe('any arrival of items', () => {
  it('answers each its own, within both bounds', async () => {
    const arrival = fc.record({ key: fc.integer({ min: 0, max: 50 }), turns: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(arrival, { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        async (arrivals, maxItems, concurrency) => {
          let running = 0;
          const read = async (keys: readonly number[]) => {
            running += 1;
            expect(keys.length).toBeLessThanOrEqual(maxItems);
            expect(running).toBeLessThanOrEqual(concurrency);
            await turn();
            running -= 1;
            // 7 poisons its whole call, 11 answers an error of its own
            if (keys.includes(7)) throw new Error('poisoned');
            return keys.map((key) => (key === 11 ? new Error('eleven') : key * 10));
          };
          const batch = new BatchLoader<number, number>({ read, maxItems, concurrency });
          const answers: Promise<unknown>[] = [];
          for (const { key, turns } of arrivals) {
            answers.push(batch.load(key).catch((error: Error) => error.message));
            for (let i = 0; i < turns; i += 1) await turn();
          }
          const expected = arrivals.map(({ key }) => (key === 7 ? 'poisoned' : key === 11 ? 'eleven' : key * 10));
          expect(await Promise.all(answers)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
