import { Problem } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { untilAnswered } from './until-answered.js';

describe('an ask that may be repeated', () => {
  it('is repeated while the system is not up to it, each time with the time that is left', async () => {
    const left: number[] = [];
    const told: string[] = [];
    const ask = (withinMs: number) => {
      left.push(withinMs);
      return left.length < 3 ? Promise.reject(new Problem('bus.overloaded')) : Promise.resolve('answer');
    };
    expect(await untilAnswered(ask, { timeoutMs: 20_000, pauses: ({ code }) => told.push(code) })).toBe('answer');
    expect(told).toEqual(['bus.overloaded', 'bus.overloaded']);
    expect(left).toEqual([...left].sort((one, other) => other - one));
  });

  it('takes no longer than a try may, whatever the patience', async () => {
    const within = await untilAnswered((withinMs) => Promise.resolve(withinMs), { timeoutMs: 3_600_000 });
    expect(within).toBe(30_000);
  });

  it('fails with the last problem when there is no time for another pause', async () => {
    let times = 0;
    const ask = () => {
      times += 1;
      return Promise.reject(new Problem('bus.unavailable', `try ${times}`));
    };
    await expect(untilAnswered(ask, { timeoutMs: 400 })).rejects.toMatchObject({ detail: 'try 2' });
    await expect(untilAnswered(ask, { timeoutMs: 1 })).rejects.toMatchObject({ detail: 'try 3' });
  });

  it('waits as long as the service asks for', async () => {
    const ask = () => Promise.reject(new Problem('bus.overloaded', undefined, 60));
    await expect(untilAnswered(ask, { timeoutMs: 30_000 })).rejects.toMatchObject({ code: 'bus.overloaded' });
  });

  it.each(['request.malformed', 'internal', 'realm.unknown', 'bus.not_permitted'] as const)(
    'is not repeated for what will not pass: %s',
    async (code) => {
      let times = 0;
      const ask = () => {
        times += 1;
        return Promise.reject(new Problem(code));
      };
      await expect(untilAnswered(ask, { timeoutMs: 60_000 })).rejects.toMatchObject({ code });
      expect(times).toBe(1);
    },
  );

  it('is given up at once when the answer is not wanted any more', async () => {
    const wanted = new AbortController();
    const ask = () => Promise.reject(new Problem('bus.unavailable', undefined, 60));
    const pauses = () => wanted.abort();
    const asked = untilAnswered(ask, { timeoutMs: 3_600_000, signal: wanted.signal, pauses });
    await expect(asked).rejects.toMatchObject({ code: 'bus.unavailable' });
  });
});
