import { monotonicMs } from '@countersign/clock';
import { describe, expect, it } from '@jest/globals';
import { HashingQueue } from './hashing-queue.js';

interface Ask {
  readonly costMs?: number;
  readonly places?: number;
  readonly isCostly?: boolean;
  readonly deadlineAt?: number;
}

/** A queue whose jobs end when the spec says so. */
class Bench {
  /** What happened, in order: `name` when it was begun, `name!` when it was refused. */
  readonly log: string[] = [];
  readonly queue: HashingQueue;
  private readonly endings = new Map<string, () => void>();

  constructor(threads: number, queueLimit: number) {
    this.queue = new HashingQueue({ threads, queueLimit });
  }

  /** Asks for hashes of ours, or for others. */
  ask(names: string, ask: Ask = {}): void {
    for (const name of names.split(' ')) this.admit(name, ask);
  }

  costly(names: string, ask: Ask = {}): void {
    this.ask(names, { costMs: 400, places: 20, isCostly: true, ...ask });
  }

  async end(names: string): Promise<void> {
    for (const name of names.split(' ')) {
      const end = this.endings.get(name);
      if (end === undefined) throw new Error(`${name} does not run`);
      this.endings.delete(name);
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends whatever runs, the longest under way first, until nothing does. @returns the names in the order they were begun */
  async workOff(): Promise<string> {
    for (const name of this.endings.keys()) await this.end(name);
    return this.log.join(' ');
  }

  private admit(name: string, ask: Ask): void {
    this.queue.admit({
      costMs: 20,
      places: 1,
      isCostly: false,
      deadlineAt: Number.POSITIVE_INFINITY,
      ...ask,
      run: () => {
        this.log.push(name);
        return new Promise((resolve) => this.endings.set(name, resolve));
      },
      refuse: ({ code }) => {
        expect(code).toBe('password.hashing_overloaded');
        this.log.push(`${name}!`);
      },
    });
  }
}

describe('a deadline', () => {
  it('that has passed drops a job before it begins, and the next is begun', async () => {
    const bench = new Bench(1, 10);
    const soon = monotonicMs() + 5;
    bench.ask('first');
    bench.ask('late later', { deadlineAt: soon });
    bench.ask('last');
    while (monotonicMs() <= soon) await new Promise((resolve) => setImmediate(resolve));
    await bench.end('first');
    expect(bench.log).toEqual(['first', 'late!', 'later!', 'last']);
    expect(bench.queue.refused).toBe(2);
  });

  it('that has passed makes room at once for a job that finds the queue full', () => {
    const bench = new Bench(1, 2);
    bench.ask('first second');
    bench.ask('gone', { deadlineAt: monotonicMs() });
    bench.ask('third');
    expect(bench.log).toEqual(['first', 'gone!']);
    expect(bench.queue.waiting).toBe(2);
  });
});

describe('the bound (guarantee G8)', () => {
  it('is of places: what takes as long as many hashes takes the room of many', () => {
    const bench = new Bench(1, 4);
    bench.ask('first');
    bench.ask('three', { places: 3 });
    bench.ask('two', { places: 2 });
    bench.ask('one more');
    expect(bench.log).toEqual(['first', 'two!', 'more!']);
  });

  it('leaves half of the queue to hashes of ours, whatever waits beside them', () => {
    const bench = new Bench(2, 8);
    bench.costly('a b c d e f', { costMs: 50 });
    bench.ask('1 2 3 4 5 6');
    expect(bench.log).toEqual(['a', 'f!', '1', '6!']);
    expect(bench.queue.waiting).toBe(8);
  });

  it('is of two seconds of a thread for costly hashes, however many places there are', () => {
    const bench = new Bench(2, 1_000);
    bench.costly('a b c d e f g h');
    expect(bench.log).toEqual(['a', 'g!', 'h!']);
    const wide = new Bench(4, 1_000);
    wide.costly(Array.from({ length: 20 }, (_, index) => `n${index}`).join(' '));
    expect(wide.log).toEqual(['n0', 'n1', 'n2', 'n18!', 'n19!']);
  });

  it('lets one costly hash wait, however costly; none where nothing may wait', () => {
    const bench = new Bench(1, 2);
    bench.costly('a b c', { costMs: 9_000 });
    expect(bench.log).toEqual(['a', 'c!']);
    const strict = new Bench(1, 0);
    strict.costly('a b');
    expect(strict.log).toEqual(['a', 'b!']);
  });
});

describe('costly hashes', () => {
  it.each([2, 3, 8])('never take the last of %i threads', async (threads) => {
    const bench = new Bench(threads, 100);
    bench.costly(Array.from({ length: threads + 2 }, (_, index) => `n${index}`).join(' '), { costMs: 100 });
    expect(bench.log).toHaveLength(threads - 1);
    bench.ask('ours');
    expect(bench.log.at(-1)).toBe('ours');
  });

  it('let hashes of ours have every thread that they do not have', async () => {
    const bench = new Bench(3, 100);
    bench.ask('1 2 3 4');
    expect(bench.log).toEqual(['1', '2', '3']);
  });

  it('get as much of a single thread as hashes of ours, while both wait', async () => {
    const bench = new Bench(1, 100);
    bench.costly('a b c', { costMs: 100 });
    bench.ask('1 2 3 4 5 6 7 8 9 10 11 12');
    expect(await bench.workOff()).toBe('a 1 b 2 3 4 5 6 c 7 8 9 10 11 12');
  });

  it('do not wait for hashes of ours that came in the meantime, nor those for more than one of them', async () => {
    const bench = new Bench(1, 100);
    bench.ask('1');
    bench.costly('a b');
    bench.ask('2');
    await bench.end('1');
    bench.ask('3');
    expect(await bench.workOff()).toMatch(/^1 (a 2|2 a)/);
  });
});

describe('closing', () => {
  it('is told when nothing runs and nothing waits', async () => {
    const bench = new Bench(1, 10);
    await bench.queue.idle();
    bench.ask('1 2');
    let isIdle = false;
    const idle = bench.queue.idle().then(() => {
      isIdle = true;
    });
    await bench.end('1');
    expect(isIdle).toBe(false);
    await bench.end('2');
    await idle;
  });

  it('may refuse what still waits', async () => {
    const bench = new Bench(2, 10);
    bench.costly('a b');
    bench.queue.clear();
    await bench.end('a');
    await bench.queue.idle();
    expect(bench.log).toEqual(['a', 'b!']);
  });
});
