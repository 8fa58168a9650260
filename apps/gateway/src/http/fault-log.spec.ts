import { Problem } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { FaultLog } from './fault-log.js';

describe('the fault log', () => {
  it('writes a few lines a second, however many requests fail', () => {
    const lines: unknown[] = [];
    const log = new FaultLog({ error: (line: unknown) => void lines.push(line) } as never);
    for (let fault = 0; fault < 1_000; fault += 1) log.write(new Error('down'), { traceId: 'x' }, 'request failed');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(lines[0]).toMatchObject({ traceId: 'x' });
  });

  it('has a problem without a stack trace, and as a warning where clients ask too much', () => {
    const lines: unknown[] = [];
    const keep = (level: string) => (fields: object) => void lines.push({ level, ...fields });
    const log = new FaultLog({ error: keep('error'), warn: keep('warn') } as never);
    log.write(new Problem('store.unavailable', 'down'), {}, 'request failed');
    log.write(new Problem('bus.overloaded', 'too many'), {}, 'request failed');
    expect(lines).toEqual([
      { level: 'error', problem: 'store.unavailable', reason: expect.stringContaining('down') },
      { level: 'warn', problem: 'bus.overloaded', reason: expect.stringContaining('too many') },
    ]);
  });

  it('has room for faults while clients ask too much', () => {
    const messages: unknown[] = [];
    const keep = (_fields: object, message: string) => void messages.push(message);
    const log = new FaultLog({ error: keep, warn: () => undefined } as never);
    for (let load = 0; load < 1_000; load += 1) log.write(new Problem('bus.overloaded'), {}, 'overloaded');
    log.write(new Error('down'), {}, 'a fault');
    expect(messages).toEqual(['a fault']);
  });
});
