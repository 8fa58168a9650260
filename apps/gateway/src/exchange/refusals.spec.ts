import { Problem, reportRefusals } from '@countersign/contracts';
import { createLogger } from '@countersign/observability';
import { describe, expect, it } from '@jest/globals';
import { ScriptedMessenger } from '../../testing/scripted-messenger.js';
import { Refusals } from './refusals.js';

const id = 'a'.repeat(32);
const logger = createLogger({ service: 'gateway', level: 'silent' });

function refusalsTo(authentication: ScriptedMessenger): Refusals {
  return new Refusals(authentication as never, logger);
}

describe('refusals of known applications', () => {
  it('are summed up by application, reason and address', async () => {
    const authentication = new ScriptedMessenger().on(reportRefusals, () => ({ recorded: 3 }));
    const refusals = refusalsTo(authentication);
    refusals.add(id, 'replayed', '10.0.0.1');
    refusals.add(id, 'replayed', '10.0.0.1');
    refusals.add(id, 'clock_skew', '10.0.0.1');
    await refusals.flush();
    await refusals.flush();
    expect(authentication.asked.map(({ request }) => request.refusals)).toEqual([
      [
        { applicationId: id, reason: 'replayed', count: 2, address: '10.0.0.1' },
        { applicationId: id, reason: 'clock_skew', count: 1, address: '10.0.0.1' },
      ],
    ]);
  });

  it('whose report got lost are sent again under the same key', async () => {
    const authentication = new ScriptedMessenger();
    const refusals = refusalsTo(authentication);
    refusals.add(id, 'replayed', '10.0.0.1');
    await refusals.flush();
    refusals.add(id, 'replayed', '10.0.0.2');
    authentication.on(reportRefusals, () => ({ recorded: 1 }));
    await refusals.flush();
    await refusals.flush();
    const keys = authentication.asked.map(({ context }) => context.idempotencyKey);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[1]).not.toBe(keys[2]);
    expect(authentication.asked[0]?.request).toEqual(authentication.asked[1]?.request);
  });

  it('that will never be taken are given up', async () => {
    const authentication = new ScriptedMessenger().on(reportRefusals, () => {
      throw new Problem('request.malformed');
    });
    const refusals = refusalsTo(authentication);
    refusals.add(id, 'replayed', '10.0.0.1');
    await refusals.flush();
    await refusals.flush();
    expect(authentication.asked).toHaveLength(1);
  });

  it('from ever new addresses take bounded room and fit their messages', async () => {
    const authentication = new ScriptedMessenger().on(reportRefusals, () => ({ recorded: 1 }));
    const refusals = refusalsTo(authentication);
    for (let address = 0; address < 10_000; address += 1)
      refusals.add(id, 'invalid_credentials', `2001:db8::${address}`);
    for (let flush = 0; flush < 5; flush += 1) await refusals.flush();
    const reports = authentication.asked.flatMap(({ request }) => request.refusals as { count: number }[]);
    expect(authentication.asked).toHaveLength(2);
    expect(reports.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  });
});
