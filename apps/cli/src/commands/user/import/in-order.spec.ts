import { describe, expect, it } from '@jest/globals';
import { inOrder } from './in-order.js';

/** Pieces of which the spec decides when each is done; `names` are theirs by position. */
function pieces(count: number, names: Readonly<Record<number, string>> = {}) {
  const started: number[] = [];
  const settle: { finish: (result: number) => void; fail: (error: Error) => void }[] = [];
  async function* all() {
    for (let at = 0; at < count; at += 1) yield { at, names: new Set([names[at] ?? `of ${at} alone`]) };
  }
  const work = ({ at }: { readonly at: number }) =>
    new Promise<number>((finish, fail) => {
      started.push(at);
      settle[at] = { finish, fail };
    });
  const results: number[] = [];
  const collected = (async () => {
    for await (const result of inOrder(all(), work)) results.push(result);
  })();
  collected.catch(() => undefined);
  const finish = (...places: readonly number[]) => {
    for (const at of places) settle[at]?.finish(at);
    return idle();
  };
  return { started, results, collected, finish, fail: (at: number, error: Error) => settle[at]?.fail(error) };
}

/** Until all that can run without waiting has run. */
const idle = () => new Promise((resolve) => setImmediate(resolve));

describe('work in order', () => {
  it('is bounded: one more waits until the oldest has ended', async () => {
    const { started, finish } = pieces(9);
    await idle();
    expect(started).toEqual([0, 1, 2, 3]);
    await finish(1, 2, 3);
    expect(started).toEqual([0, 1, 2, 3]);
    await finish(0);
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('gives results in the order of the pieces, whichever ends first', async () => {
    const { results, finish, collected } = pieces(3);
    await idle();
    await finish(2, 1);
    expect(results).toEqual([]);
    await finish(0);
    await collected;
    expect(results).toEqual([0, 1, 2]);
  });

  it('waits for work that shares a name with it', async () => {
    const { started, finish } = pieces(4, { 0: 'jdoe', 2: 'asmith', 3: 'jdoe' });
    await idle();
    expect(started).toEqual([0, 1, 2]);
    await finish(1, 2);
    expect(started).toEqual([0, 1, 2]);
    await finish(0);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it.each([2, 9])('ends with the first failure, whatever is still under way: %i pieces', async (count) => {
    const { fail, collected } = pieces(count);
    await idle();
    fail(1, new Error('the second'));
    await expect(collected).rejects.toThrow('the second');
  });

  it('gives the results that came together with a failure first', async () => {
    const { finish, fail, collected, results } = pieces(3);
    await idle();
    fail(1, new Error('the second'));
    void finish(0, 2);
    await expect(collected).rejects.toThrow('the second');
    expect(results).toEqual([0]);
  });

  it('ends with a failure that came before anything waited for it', async () => {
    async function* one() {
      yield { names: new Set<string>() };
    }
    const results = inOrder(one(), () => Promise.reject(new Error('at once')));
    await expect(results.next()).rejects.toThrow('at once');
  });

  it('of nothing ends at once', async () => {
    const { collected, results } = pieces(0);
    await collected;
    expect(results).toEqual([]);
  });
});
