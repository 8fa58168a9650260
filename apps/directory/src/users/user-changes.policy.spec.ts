import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { difference, divide, faultOf, merge } from './profile-changes.policy.js';

const kb = (question: string, answer: string) => ({ properties: {}, knowledgeBase: { kbq1: { question, answer } } });

describe('changes to a profile', () => {
  it('are refused when a mail address is not one; an empty one clears', () => {
    expect(faultOf({ properties: { email2: 'nobody' }, knowledgeBase: {} })).toBe('user.email_invalid');
    expect(faultOf({ properties: { email2: '' }, knowledgeBase: {} })).toBeUndefined();
  });

  it('are refused when only one of question and answer is empty; both clear', () => {
    expect(faultOf(kb('Pet?', ''))).toBe('user.property_invalid');
    expect(faultOf(kb('', 'Rex'))).toBe('user.property_invalid');
    expect(faultOf(kb('', ''))).toBeUndefined();
  });

  it.each(['x'.repeat(1_001), '\ufb2c'.repeat(334)])(
    'are refused when PIN or answer is more than a strict realm could hash',
    (long) => {
      expect(faultOf({ properties: { pinHash: long }, knowledgeBase: {} })).toBe('user.property_invalid');
      expect(faultOf(kb('Pet?', long))).toBe('user.property_invalid');
      expect(faultOf({ properties: { pinHash: long.slice(0, 333) }, knowledgeBase: {} })).toBeUndefined();
      expect(faultOf({ properties: { auxId1: long }, knowledgeBase: {} })).toBeUndefined();
    },
  );

  it('keep PIN and answers apart from everything else', () => {
    const divided = divide({
      properties: { firstName: 'J', pinHash: '1234' },
      knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' } },
    });
    expect(divided).toEqual({
      properties: { firstName: 'J' },
      questions: { kbq1: 'Pet?' },
      secrets: { pinHash: '1234', kbq1: 'Rex' },
    });
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
      fc.property(maps, maps, (stored, changes) => {
        const merged = merge(stored, changes);
        const { set, cleared } = difference(stored, merged);
        expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
        expect(({} as Record<string, unknown>).x).toBeUndefined();
        for (const key of Object.keys(changes)) expect(Object.hasOwn(merged, key)).toBe(changes[key] !== '');
        for (const key of [...set, ...cleared])
          expect([...Object.keys(stored), ...Object.keys(changes)]).toContain(key);
      }),
    );
  });
});
