import { Problem } from '@countersign/contracts';
import type { PartState, Readiness } from '@countersign/observability';
import type { Database } from '@countersign/persistence';
import type { CheckKeyRing } from '@countersign/sealed-rows';
import { testLogger } from '@countersign/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceReadiness } from './service-readiness.js';

let query: () => Promise<unknown>;
let keyRing: PartState;
let own: () => Promise<Readiness>;
let lines: Record<string, unknown>[];
let readiness: ServiceReadiness;
beforeEach(() => {
  [keyRing, lines] = ['up', []];
  query = async () => [];
  own = async () => ({ claims: 'up' });
  const database = { query: () => query() } as unknown as Database;
  const check = { state: async () => keyRing } as unknown as CheckKeyRing;
  readiness = new ServiceReadiness(database, check, () => own(), testLogger(lines));
});

describe('the readiness of a service', () => {
  it('looks at its database, its key ring and what it needs beside them', async () => {
    const checks = { database: 'up', keyRing: 'up', claims: 'up' };
    expect(await readiness.show()).toEqual({ isReady: true, checks });
    expect(lines).toEqual([]);
  });

  it('is down with a database that does not answer, whatever the rest says', async () => {
    query = () => Promise.reject(new Problem('store.unavailable', 'postgresql does not answer (ECONNREFUSED)'));
    const checks = { database: 'down: postgresql does not answer (ECONNREFUSED)' };
    expect(await readiness.show()).toEqual({ isReady: false, checks });
  });

  it('is down, and no fault itself, when a part cannot be looked at', async () => {
    own = () => Promise.reject(new Error('no'));
    expect(await readiness.show()).toMatchObject({ isReady: false, checks: { service: 'down: no' } });
  });

  it('stands with a key ring of which the file is bad, and says so', async () => {
    keyRing = 'up: the last good ring is in force, it is damaged';
    expect(await readiness.show()).toMatchObject({ isReady: true, checks: { keyRing } });
  });

  it('is looked at once for all callers meanwhile, and anew for a later one', async () => {
    let looks = 0;
    query = async () => {
      looks += 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => readiness.checks()));
    expect(looks).toBe(1);
    keyRing = 'down: x';
    expect(await readiness.show()).toMatchObject({ isReady: false });
    expect(looks).toBe(2);
  });

  it('tells the log whenever it changes, and only then', async () => {
    for (const state of ['down: x', 'down: x', 'up: y', 'up', 'up'] as const) {
      keyRing = state;
      await readiness.checks();
    }
    expect(lines.map(({ msg, faults }) => [msg, faults])).toEqual([
      ['not ready', { keyRing: 'down: x' }],
      ['ready, with faults', { keyRing: 'up: y' }],
      ['all that this service needs is up again', undefined],
    ]);
  });
});
