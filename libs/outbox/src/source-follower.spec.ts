import type { EventEnvelope } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PositionStore } from './position-store.js';
import { type Delivery, SourceFollower } from './source-follower.js';

function event(sequence: number): EventEnvelope {
  return {
    id: `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
    type: 'directory.user.created',
    version: 1,
    occurredAt: '2026-01-01T00:00:00.000Z',
    source: 'directory',
    sequence,
    actor: { kind: 'service', id: 'x' },
    via: { traceId: 't' },
    target: { kind: 'user', id: 'u' },
    outcome: 'succeeded',
    details: {},
  };
}

/** A listener's store in memory: effects and position change together or not at all. */
class Store implements PositionStore<number[]> {
  applied: number[] = [];
  position = 0;
  private last: Promise<unknown> = Promise.resolve();

  async read(): Promise<number> {
    return this.position;
  }

  /** The row's lock: one after the other. */
  apply(_source: string, from: number, through: number, work: (tx: number[]) => Promise<void>): Promise<number> {
    const turn = this.last.then(() => this.change(from, through, work));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async change(from: number, through: number, work: (tx: number[]) => Promise<void>): Promise<number> {
    if (this.position !== from) return this.position;
    const tx: number[] = [];
    await work(tx);
    this.applied.push(...tx);
    this.position = through;
    return through;
  }
}

interface Scene {
  readonly store: Store;
  readonly asks: number[];
  readonly follower: SourceFollower<number[]>;
  failing: Set<number>;
}

/** A source with so many events, of which only some are for this listener. */
function scene(count: number, isHeard: (sequence: number) => boolean = () => true): Scene {
  const store = new Store();
  const asks: number[] = [];
  const failing = new Set<number>();
  const follower = new SourceFollower<number[]>({
    source: 'directory',
    positions: store,
    ask: async (after, limit) => {
      asks.push(after);
      const through = Math.max(after, Math.min(count, after + Math.min(limit, 7)));
      const sequences = Array.from({ length: through - after }, (_, i) => after + i + 1);
      return { events: sequences.filter(isHeard).map(event), through, last: count };
    },
    handle: async ({ sequence }, tx) => {
      if (failing.has(sequence)) throw new Error(`event ${sequence} is poisoned`);
      tx.push(sequence);
    },
    onFilled: () => undefined,
  });
  return { store, asks, follower, failing };
}

function deliveries(sequences: readonly number[], done: number[] = [], again: number[] = []): Delivery[] {
  return sequences.map((sequence) => ({
    event: event(sequence),
    done: () => done.push(sequence),
    again: () => again.push(sequence),
  }));
}

describe('events of a source', () => {
  it('are applied in their order without asking, when none is missing', async () => {
    const { follower, store, asks } = scene(3);
    await follower.deliver(deliveries([2, 1, 3]));
    expect(store.applied).toEqual([1, 2, 3]);
    expect(asks).toEqual([]);
  });

  it('are had from the source where the stream left some out', async () => {
    const { follower, store } = scene(30);
    await follower.deliver(deliveries([1, 2, 29, 30]));
    expect(store.applied).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it('that are not for this listener leave gaps which the source explains', async () => {
    const { follower, store } = scene(20, (sequence) => sequence % 5 === 0);
    await follower.deliver(deliveries([5, 10, 20]));
    expect(store.applied).toEqual([5, 10, 15, 20]);
    expect(store.position).toBe(20);
  });

  it('are acknowledged when applied, also those that came before', async () => {
    const { follower } = scene(3);
    const done: number[] = [];
    await follower.deliver(deliveries([1, 2, 3], done));
    await follower.deliver(deliveries([2], done));
    expect(done).toEqual([1, 2, 3, 2]);
  });

  it('are found by catching up, when the stream lost its tail', async () => {
    const { follower, store } = scene(25);
    await follower.catchUp();
    expect(store.applied).toHaveLength(25);
  });

  it('of another source in an answer are not applied', async () => {
    const { store } = scene(0);
    const follower = new SourceFollower<number[]>({
      source: 'directory',
      positions: store,
      ask: async () => ({ events: [{ ...event(1), source: 'audit' }], through: 1, last: 1 }),
      handle: async ({ sequence }, tx) => void tx.push(sequence),
      onFilled: () => undefined,
    });
    await follower.catchUp();
    expect(store.applied).toEqual([]);
  });
});

describe('an event whose handler fails', () => {
  it('holds its source: those before it are kept, those after it come again', async () => {
    const { follower, store, failing } = scene(5);
    failing.add(3);
    const [done, again]: [number[], number[]] = [[], []];
    await expect(follower.deliver(deliveries([1, 2, 3, 4, 5], done, again))).rejects.toThrow('poisoned');
    expect(store.applied).toEqual([1, 2]);
    expect(again).toContain(3);
    failing.clear();
    await follower.deliver(deliveries([3, 4, 5], done));
    expect(store.applied).toEqual([1, 2, 3, 4, 5]);
  });

  it('holds it when it came in a page, too', async () => {
    const { follower, store, failing } = scene(6, (sequence) => sequence > 1);
    failing.add(4);
    await expect(follower.catchUp()).rejects.toThrow('poisoned');
    expect(store.position).toBe(3);
    failing.clear();
    await follower.catchUp();
    expect(store.applied).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('a source whose database went back', () => {
  it('is not followed silently', async () => {
    const { follower, store } = scene(3);
    store.position = 9;
    await expect(follower.catchUp()).rejects.toThrow('its database went back');
  });
});

describe('any delivery: in pieces, out of order, twice, with losses, with failures, by two replicas', () => {
  it('applies each event once, in order', async () => {
    const step = fc.record({
      sequences: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
      fails: fc.nat(60),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (steps, modulus) => {
        const isHeard = (sequence: number) => sequence % modulus === 0;
        const first = scene(40, isHeard);
        const second = scene(40, isHeard);
        const replica = new SourceFollower<number[]>({
          source: 'directory',
          positions: first.store,
          ask: async (after) => ({
            events: Array.from({ length: 40 - after }, (_, i) => after + i + 1)
              .filter(isHeard)
              .map(event),
            through: 40,
            last: 40,
          }),
          handle: async ({ sequence }, tx) => void tx.push(sequence),
          onFilled: () => second.asks.push(0),
        });
        for (const { sequences, fails } of steps) {
          first.failing.clear();
          first.failing.add(fails);
          await Promise.allSettled([
            first.follower.deliver(deliveries(sequences.filter(isHeard))),
            ...(fails % 3 === 0 ? [replica.deliver(deliveries(sequences.slice(0, 3).filter(isHeard)))] : []),
          ]);
        }
        first.failing.clear();
        await first.follower.catchUp();
        expect(first.store.applied).toEqual(Array.from({ length: 40 }, (_, i) => i + 1).filter(isHeard));
      }),
      { numRuns: 60 },
    );
  });
});
