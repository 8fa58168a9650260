import { describe, expect, it } from '@jest/globals';
import { clockDifferenceMs } from '../../gateway/clock-difference.js';
import { exitCodeOf } from '../status/status.js';
import { databaseClocksCheck } from './database-clocks.js';
import { clockCheck } from './gateway-checks.js';
import { serverCheck } from './nats-version.js';
import { nodeCheck } from './node-check.js';

const at = Date.parse('2026-11-21T12:00:00.000Z');

describe('doctor on Node', () => {
  it.each([
    ['v18.20.0', 'fault'],
    ['v20.18.0', 'fault'],
    ['v20.20.2', 'warning'],
    ['v22.12.0', 'ok'],
    ['v24.21.0', 'ok'],
    ['v25.1.0', 'warning'],
    ['v28.0.0', 'ok'],
  ])('%s: %s', (version, state) => {
    expect(nodeCheck(version, at).state).toBe(state);
  });
});

describe('doctor on NATS', () => {
  it.each([
    ['2.8.4', 'fault'],
    ['2.9.10', 'warning'],
    ['2.9.23', 'ok'],
    ['2.10.27', 'ok'],
    ['3.0.0-dev', 'ok'],
    [undefined, 'warning'],
  ])('%s: %s', (version, state) => {
    expect(serverCheck(version).state).toBe(state);
  });
});

describe('the clock difference', () => {
  it('is none while whole seconds and the time on the way explain it', () => {
    expect(clockDifferenceMs('Sat, 21 Nov 2026 12:00:00 GMT', at - 10, at + 1_500)).toBe(0);
    expect(clockDifferenceMs('Sat, 21 Nov 2026 12:00:00 GMT', at + 900, at + 1_500)).toBe(0);
  });

  it('tells who is ahead', () => {
    expect(clockDifferenceMs('Sat, 21 Nov 2026 12:05:00 GMT', at - 10, at)).toBe(300_000);
    expect(clockDifferenceMs('Sat, 21 Nov 2026 11:55:00 GMT', at, at + 10)).toBe(-299_001);
  });

  it('is unknown without a date', () => {
    expect(clockDifferenceMs(null, at, at)).toBeUndefined();
    expect(clockDifferenceMs('yesterday', at, at)).toBeUndefined();
  });

  it.each([
    [0, 'ok'],
    [-5_000, 'ok'],
    [6_000, 'warning'],
    [-301_000, 'fault'],
    [undefined, 'skipped'],
  ])('of %p ms is judged %s', (difference, state) => {
    expect(clockCheck(difference).state).toBe(state);
  });
});

describe('the clocks of databases', () => {
  const reading = (service: 'authentication' | 'directory', clockMs: number, answeredAt = 10) =>
    ({ service, clockMs, askedAt: 0, answeredAt }) as const;

  it.each([
    ['the same', at, 'ok'],
    ['a second apart, by what the time on the way explains', at + 1_009, 'ok'],
    ['further apart, ahead', at + 1_100, 'warning'],
    ['further apart, behind', at - 1_100, 'warning'],
  ])('%s', (_name, other, state) => {
    const found = databaseClocksCheck([reading('authentication', at), reading('directory', other)]);
    expect(found.state).toBe(state);
  });

  it('tells which one is ahead of which', () => {
    const found = databaseClocksCheck([reading('authentication', at), reading('directory', at + 5_010)]);
    expect(found.found).toBe('that of directory is 5000 ms ahead of that of authentication');
  });

  it('are not compared where one of them was not read', () => {
    expect(databaseClocksCheck([reading('directory', at)]).state).toBe('skipped');
  });
});

describe('status', () => {
  const part = (name: string, state: 'up' | 'degraded' | 'down') => ({ part: name, state, detail: '' });
  it('ends with 0 when all is up, 1 when something is missing, 6 when the gateway is down', () => {
    expect(exitCodeOf([part('gateway', 'up'), part('bus', 'up')])).toBe(0);
    expect(exitCodeOf([part('gateway', 'degraded'), part('bus', 'up')])).toBe(1);
    expect(exitCodeOf([part('gateway', 'up'), part('directory', 'down')])).toBe(1);
    expect(exitCodeOf([part('gateway', 'down'), part('bus', 'up')])).toBe(6);
  });
});
