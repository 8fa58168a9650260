import { describe, expect, it } from '@jest/globals';
import { exitCodeOfAnswer } from './verdict.js';

describe('the verdict on an answer', () => {
  it.each([
    ['a good answer', 200, 'holds', { status: 'found' }, 0],
    ['an account state that was asked for', 200, 'holds', { status: 'disabled' }, 0],
    [
      'a refusal that the dialect reports with 200',
      200,
      'holds',
      { status: 'failed', message: 'Invalid password.' },
      1,
    ],
    ['a failed association', 200, 'holds', { status: 'failure' }, 1],
    ['associations of which some failed', 200, 'holds', { status: 'failed', failures: { staff: ['x'] } }, 7],
    ['a user that is not there', 404, 'holds', { status: 'not_found' }, 3],
    ['a refused signature of an unknown application', 401, 'absent', { status: 'invalid' }, 4],
    ['a refused signature', 401, 'holds', { status: 'invalid' }, 4],
    ['a refused key: the refusal is signed with another', 401, 'broken', { status: 'invalid' }, 4],
    ['an overloaded gateway', 503, 'holds', undefined, 6],
    ['a fault', 500, 'absent', undefined, 1],
    ['a changed answer', 200, 'broken', { status: 'found' }, 5],
    ['an old answer sent again', 200, 'untimely', { status: 'found' }, 5],
    ['an old refusal of a key', 401, 'untimely', { status: 'invalid' }, 4],
    ['a changed refusal', 404, 'broken', { status: 'not_found' }, 5],
    ['a success that nobody signed', 200, 'absent', { status: 'found' }, 5],
    ['a body that is no object', 200, 'holds', 'failed', 0],
  ] as const)('%s', (_name, status, signature, body, exitCode) => {
    expect(exitCodeOfAnswer(status, signature, body)).toBe(exitCode);
  });
});
