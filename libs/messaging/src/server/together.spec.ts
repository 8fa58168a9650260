import { monotonicMs } from '@countersign/clock';
import { type Operation, Problem } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Asked, newAskContext } from '../wire/ask-context.js';
import { type AskedRequest, answerEach, Together } from './together.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
type Requests = readonly AskedRequest<Operation>[];
const valuesOf = (requests: Requests) => requests.map(({ request }) => request as number);

/** Asks for a number; what becomes of it. */
function ask(together: Together, request: number, deadlineAt = monotonicMs() + 60_000): Promise<unknown> {
  const asked: Asked = { ...newAskContext({ deadlineAt }), caller: 'gateway' };
  return new Promise((resolve) =>
    together.add({ request, asked, conclude: resolve, expire: () => resolve('expired') }),
  ).catch((error: Error) => error);
}

/** A handler whose calls are answered by the spec. */
function held() {
  const calls: { values: readonly number[]; answer: () => void }[] = [];
  const handle = (requests: Requests) =>
    new Promise<number[]>((resolve) => {
      const values = valuesOf(requests);
      calls.push({ values, answer: () => resolve(values.map((value) => value * 10)) });
    });
  return { calls, handle };
}

describe('requests that wait at the end of a turn', () => {
  it('become one call, answered by position', async () => {
    const calls: (readonly number[])[] = [];
    const handle = async (requests: Requests) => {
      calls.push(valuesOf(requests));
      return valuesOf(requests).map((value) => value * 10);
    };
    const together = new Together(handle, { items: 64, concurrency: 2 });
    expect(await Promise.all([3, 1, 3, 2].map((value) => ask(together, value)))).toEqual([30, 10, 30, 20]);
    expect(calls).toEqual([[3, 1, 3, 2]]);
  });

  it('are cut at the bound', async () => {
    const { calls, handle } = held();
    const together = new Together(handle, { items: 2, concurrency: 8 });
    const answers = [1, 2, 3, 4, 5].map((value) => ask(together, value));
    await turn();
    expect(calls.map(({ values }) => values)).toEqual([[1, 2], [3, 4], [5]]);
    for (const { answer } of calls) answer();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
  });

  it('do not wait for company: a lone one goes at the end of its own turn', async () => {
    const { calls, handle } = held();
    const answer = ask(new Together(handle, { items: 64, concurrency: 1 }), 7);
    await turn();
    expect(calls.map(({ values }) => values)).toEqual([[7]]);
    calls[0]?.answer();
    expect(await answer).toBe(70);
  });

  it('gather while all calls are under way, and leave together as soon as one is done', async () => {
    const { calls, handle } = held();
    const together = new Together(handle, { items: 64, concurrency: 1 });
    const first = ask(together, 1);
    await turn();
    const second = ask(together, 2);
    await turn();
    const third = ask(together, 3);
    await turn();
    expect(calls).toHaveLength(1);
    calls[0]?.answer();
    await first;
    await turn();
    await turn();
    expect(calls.map(({ values }) => values)).toEqual([[1], [2, 3]]);
    calls[1]?.answer();
    expect(await Promise.all([second, third])).toEqual([20, 30]);
  });

  it('are not handled when their deadline passed while they waited; the others are', async () => {
    const { calls, handle } = held();
    const together = new Together(handle, { items: 64, concurrency: 1 });
    const answers = [ask(together, 1), ask(together, 2, monotonicMs() - 1), ask(together, 3)];
    await turn();
    expect(calls.map(({ values }) => values)).toEqual([[1, 3]]);
    calls[0]?.answer();
    expect(await Promise.all(answers)).toEqual([10, 'expired', 30]);
  });

  it('cost no call when all of them are too late', async () => {
    const { calls, handle } = held();
    expect(await ask(new Together(handle, { items: 64, concurrency: 1 }), 1, monotonicMs() - 1)).toBe('expired');
    expect(calls).toEqual([]);
  });
});

describe('a call that fails', () => {
  it('is made again for each request alone: only the one that breaks it fails', async () => {
    const handle = async (requests: Requests) => {
      if (valuesOf(requests).includes(13)) throw new Error('poisoned');
      return valuesOf(requests).map((value) => value * 10);
    };
    const together = new Together(handle, { items: 64, concurrency: 1 });
    expect(await Promise.all([1, 13, 2].map((value) => ask(together, value)))).toEqual([10, new Error('poisoned'), 20]);
  });

  it('is not made again while the store is down', async () => {
    let calls = 0;
    const handle = async (): Promise<number[]> => {
      calls += 1;
      throw new Problem('store.unavailable');
    };
    const together = new Together(handle, { items: 64, concurrency: 1 });
    const answers = await Promise.all([1, 2, 3].map((value) => ask(together, value)));
    expect(answers).toMatchObject([{ code: 'store.unavailable' }, { code: 'store.unavailable' }, answers[0]]);
    expect(calls).toBe(1);
  });

  it('is one that answers another number of results than requests', async () => {
    const handle = async (requests: Requests) =>
      requests.length > 1 ? [1] : valuesOf(requests).map((value) => value * 10);
    const together = new Together(handle, { items: 64, concurrency: 1 });
    expect(await Promise.all([ask(together, 4), ask(together, 5)])).toEqual([40, 50]);
  });
});

it('answering each alone, what was found wrong or is thrown for one refuses that one', () => {
  const asked: Asked = { ...newAskContext(), caller: 'gateway' };
  const requests = [1, 2, 3].map((request) => ({ request, asked })) as Requests;
  const answers = answerEach(requests, ['a', new Problem('user.unknown'), 'c'], (found, request) => {
    if (found === 'c') throw new Problem('realm.unknown');
    return [found, request];
  });
  expect(answers).toEqual([['a', 1], new Problem('user.unknown'), new Problem('realm.unknown')]);
  expect(() => answerEach(requests, ['a'], () => undefined)).toThrow('1 were found for 3 requests');
});

it('any arrival of requests: each gets its own answer, within both bounds', async () => {
  const arrival = fc.record({ value: fc.integer({ min: 0, max: 50 }), turns: fc.integer({ min: 0, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(arrival, { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
      async (arrivals, items, concurrency) => {
        let running = 0;
        const handle = async (requests: Requests) => {
          running += 1;
          expect(requests.length).toBeLessThanOrEqual(items);
          expect(running).toBeLessThanOrEqual(concurrency);
          await turn();
          running -= 1;
          // 7 breaks its whole call, 11 answers an error of its own
          if (valuesOf(requests).includes(7)) throw new Error('poisoned');
          return valuesOf(requests).map((value) => (value === 11 ? new Error('eleven') : value * 10));
        };
        const together = new Together(handle, { items, concurrency });
        const answers: Promise<unknown>[] = [];
        for (const { value, turns } of arrivals) {
          answers.push(ask(together, value));
          for (let i = 0; i < turns; i += 1) await turn();
        }
        const errors = new Map([
          [7, new Error('poisoned')],
          [11, new Error('eleven')],
        ]);
        expect(await Promise.all(answers)).toEqual(arrivals.map(({ value }) => errors.get(value) ?? value * 10));
      },
    ),
    { numRuns: 60 },
  );
});
