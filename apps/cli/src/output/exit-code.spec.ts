import { Problem, type ProblemCode } from '@countersign/contracts';
import { SettingsFault } from '@countersign/settings';
import { describe, expect, it } from '@jest/globals';
import { exitCodeOfProblem, exitCodeOfStatus } from './exit-code.js';
import { usageFault } from './failure.js';
import { failureOf } from './failure-of.js';

describe('the exit code', () => {
  it.each([
    ['realm.exists', 1],
    ['request.malformed', 1],
    ['internal', 1],
    ['application.unknown', 3],
    ['user.unknown', 3],
    ['bus.not_permitted', 4],
    ['bus.unavailable', 6],
    ['bus.deadline', 6],
    ['store.unavailable', 6],
  ] satisfies [ProblemCode, number][])('of the problem %s is %i', (code, exitCode) => {
    expect(exitCodeOfProblem(code)).toBe(exitCode);
    expect(failureOf(new Problem(code)).exitCode).toBe(exitCode);
  });

  it.each([
    [200, 0],
    [400, 1],
    [401, 4],
    [403, 4],
    [404, 3],
    [429, 1],
    [500, 1],
    [503, 6],
  ])('of HTTP status %i is %i', (status, exitCode) => {
    expect(exitCodeOfStatus(status)).toBe(exitCode);
  });

  it('of a usage fault and of a wrong environment is 2', () => {
    expect(failureOf(usageFault('no')).exitCode).toBe(2);
    expect(failureOf(new SettingsFault('cli', ['COUNTERSIGN_PORT: no'])).exitCode).toBe(2);
  });

  it('of an unexpected error is 1', () => {
    expect(failureOf(new Error('oops'))).toMatchObject({ exitCode: 1, code: 'fault', message: 'oops' });
    expect(failureOf('oops').exitCode).toBe(1);
  });
});
