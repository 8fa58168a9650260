import { Problem } from '@countersign/contracts';
import { eventually, testLogger } from '@countersign/testing';
import { describe, expect, it } from '@jest/globals';
import { Jobs } from './jobs.js';

describe('a job', () => {
  it('runs again and again, also after it failed, never twice at once, and not once closed', async () => {
    const jobs = new Jobs(testLogger());
    let [runs, atOnce, most] = [0, 0, 0];
    const run = async () => {
      runs += 1;
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      if (runs % 2 === 1) throw new Error('this time not');
    };
    jobs.start([{ name: 'spec', everyMs: 1, run }]);
    await eventually(() => runs > 5);
    await jobs.close();
    const ran = runs;
    let later = 0;
    const others = new Jobs(testLogger());
    const count = async () => {
      later += 1;
    };
    others.start([{ name: 'later', everyMs: 1, run: count }]);
    await eventually(() => later > 5);
    await others.close();
    expect(most).toBe(1);
    expect(runs).toBe(ran);
  });

  it('that runs while the jobs close is waited for', async () => {
    const jobs = new Jobs(testLogger());
    let end: () => void = () => undefined;
    let [isRunning, hasEnded] = [false, false];
    const run = async () => {
      isRunning = true;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      hasEnded = true;
    };
    jobs.start([{ name: 'spec', everyMs: 1, run }]);
    await eventually(() => isRunning);
    const closed = jobs.close();
    end();
    await closed;
    expect(hasEnded).toBe(true);
  });

  it('that is due at the start runs at once, and then as often as any', async () => {
    const jobs = new Jobs(testLogger());
    let [due, other] = [0, 0];
    jobs.start([
      { name: 'due', isDueAtStart: true, everyMs: 3_600_000, run: async () => (due += 1) },
      { name: 'other', everyMs: 3_600_000, run: async () => (other += 1) },
    ]);
    await eventually(() => due > 0);
    await jobs.close();
    expect([due, other]).toEqual([1, 0]);
  });

  it('that has to wait tells the log once for each reason, and when it has succeeded', async () => {
    const told: unknown[] = [];
    const tell = ({ reason }: { reason?: string }, message: string) => told.push(reason ?? message);
    const jobs = new Jobs({ ...testLogger(), warn: tell as never, info: tell as never });
    let runs = 0;
    const away = (detail: string) => new Problem('store.unavailable', detail);
    const run = async () => {
      runs += 1;
      if (runs < 4) throw away('one');
      if (runs < 7) throw away('another');
    };
    jobs.start([{ name: 'spec', everyMs: 1, run }]);
    await eventually(() => runs > 8);
    await jobs.close();
    expect(told).toEqual([away('one').message, away('another').message, 'a job that had to wait has succeeded']);
  });
});
