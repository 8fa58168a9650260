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
});
