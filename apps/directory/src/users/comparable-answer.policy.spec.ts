import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparableAnswer } from './comparable-answer.policy.js';

describe('the form in which answers are compared', () => {
  it.each([
    ["St. Mary's", 'st marys'],
    ['  Strasse\u00a0 É-1 ', 'strasse e1'],
    ['STRAẞE', 'strasse'],
    ['Ångström', 'angstrom'],
    ['Ёлка', 'елка'],
    ['が', 'が'],
    ['か\u3099', 'が'],
    ['か.\u3099', 'が'],
    ['ΟΔΟΣ-Α', 'οδοσα'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['한글', '한글'],
    ['¿?', '¿?'],
    ['  ', ''],
  ])('of %j is %j', (answer, form) => expect(comparableAnswer(answer)).toBe(form));

  it('has a form of its own that stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (answer) => {
        const form = comparableAnswer(answer);
        expect(comparableAnswer(form)).toBe(form);
      }),
      { numRuns: 5_000 },
    );
  });
});
