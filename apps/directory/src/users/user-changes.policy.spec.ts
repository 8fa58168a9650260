import { type UserChangesInput, updateUser } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { difference, divide, faultOf, merge } from './user-changes.policy.js';

const changes = (input: UserChangesInput) => updateUser.request.parse({ realm: 'r', userId: 'u', ...input });
const codeOf = (input: UserChangesInput) => faultOf(changes(input))?.code;
const asked = (question: string, answer: string) => ({ questions: { 1: { question, answer } } });

describe('changes of a user', () => {
  it('are refused when a mail address is not one; an empty one clears', () => {
    expect(codeOf({ emails: [{ position: 2, value: 'nobody' }] })).toBe('user.email_invalid');
    expect(codeOf({ emails: [{ position: 2, value: '' }] })).toBeUndefined();
    expect(codeOf({ phones: [{ position: 2, value: 'nobody' }] })).toBeUndefined();
  });

  it('may hold half of a question, of which the other half stays', () => {
    for (const half of [asked('Pet?', ''), asked('', 'Rex'), { questions: { 1: { answer: 'Rex' } } }])
      expect(codeOf(half)).toBeUndefined();
    const { fields, secrets } = divide(
      changes({ questions: { 1: { answer: 'Rex' }, 2: { question: 'Pet?' }, 3: {} } }),
    );
    expect([fields, secrets]).toEqual([{ 'questions.2': 'Pet?' }, { 'questions.1': 'Rex' }]);
  });

  it.each(['x'.repeat(1_001), '\ufb2c'.repeat(334)])(
    'are refused when a PIN is more than a strict realm could hash',
    (long) => {
      expect(codeOf({ pin: long })).toBe('user.property_invalid');
      expect(codeOf({ pin: long.slice(0, 333) })).toBeUndefined();
      expect(codeOf({ attributes: { custom1: long } })).toBeUndefined();
    },
  );

  it('are refused when an answer as compared is', () => {
    expect(codeOf(asked('Pet?', '\ufdfa'.repeat(60)))).toBe('user.property_invalid');
    expect(codeOf(asked('Pet?', '\ufdfa'.repeat(50)))).toBeUndefined();
    expect(codeOf(asked('Pet?', 'x'.repeat(1_000)))).toBeUndefined();
  });

  it('keep PIN and answers apart from everything else', () => {
    const { fields, secrets } = divide(
      changes({ name: { given: 'J' }, notes: '', attributes: { custom1: 'x' }, pin: '1234', ...asked('Pet?', 'Rex') }),
    );
    expect(fields).toEqual({ 'name.given': 'J', notes: '', 'attributes.custom1': 'x', 'questions.1': 'Pet?' });
    expect(secrets).toEqual({ pin: '1234', 'questions.1': 'Rex' });
  });

  it('set what is given, clear what is empty, leave the rest', () => {
    expect(merge({ a: '1', b: '2' }, { b: '', c: '3' })).toEqual({ a: '1', c: '3' });
  });

  it('are told by name', () => {
    expect(difference({ a: '1', b: '2', d: '4' }, { a: '1', c: '3', d: '5' })).toEqual({
      set: ['c', 'd'],
      cleared: ['b'],
    });
  });

  it('never reach a prototype, whatever the keys are', () => {
    const keys = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'a');
    const maps = fc.array(fc.tuple(keys, fc.constantFrom('', 'x', 'y'))).map((pairs) => Object.fromEntries(pairs));
    fc.assert(
      fc.property(maps, maps, (stored, given) => {
        const merged = merge(stored, given);
        const { set, cleared } = difference(stored, merged);
        expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
        expect(({} as Record<string, unknown>).x).toBeUndefined();
        for (const key of Object.keys(given)) expect(Object.hasOwn(merged, key)).toBe(given[key] !== '');
        for (const key of [...set, ...cleared]) expect([...Object.keys(stored), ...Object.keys(given)]).toContain(key);
      }),
    );
  });
});
