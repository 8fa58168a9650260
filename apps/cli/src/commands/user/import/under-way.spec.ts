import { describe, expect, it } from '@jest/globals';
import { UnderWay } from './under-way.js';

/** Work whose end the spec decides. */
function held() {
  let finish: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  return { work: () => work, finish, fail };
}

const names = (...all: string[]) => new Set(all);
/** Whether a promise is settled once all that can run without waiting has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('work under way', () => {
  it('is bounded: one more waits until one has ended', async () => {
    const underWay = new UnderWay();
    const first = held();
    underWay.start(0, names(), first.work);
    for (let number = 1; number < 4; number += 1) {
      await underWay.room(number, names());
      underWay.start(number, names(), held().work);
    }
    const room = underWay.room(4, names());
    expect(await isSettled(room)).toBe(false);
    first.finish();
    expect(await isSettled(room)).toBe(true);
  });

  it('waits for work that shares a name with it', async () => {
    const underWay = new UnderWay();
    const first = held();
    underWay.start(0, names('jdoe', 'asmith'), first.work);
    expect(await isSettled(underWay.room(1, names('other')))).toBe(true);
    const room = underWay.room(1, names('asmith'));
    expect(await isSettled(room)).toBe(false);
    first.finish();
    expect(await isSettled(room)).toBe(true);
  });

  it('does not run far ahead of the oldest', async () => {
    const underWay = new UnderWay();
    underWay.start(0, names(), held().work);
    expect(await isSettled(underWay.room(63, names()))).toBe(true);
    expect(await isSettled(underWay.room(64, names()))).toBe(false);
  });

  it('ends with the first failure, whatever is still under way', async () => {
    const underWay = new UnderWay();
    const [first, second] = [held(), held()];
    underWay.start(0, names(), first.work);
    underWay.start(1, names(), second.work);
    second.fail(new Error('the second'));
    await expect(underWay.idle()).rejects.toThrow('the second');
    await expect(underWay.room(2, names())).rejects.toThrow('the second');
  });

  it('is idle when all has ended', async () => {
    const underWay = new UnderWay();
    await underWay.idle();
    const first = held();
    underWay.start(0, names(), first.work);
    const idle = underWay.idle();
    expect(await isSettled(idle)).toBe(false);
    first.finish();
    await idle;
  });
});
