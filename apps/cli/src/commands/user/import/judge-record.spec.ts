import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeRecord } from './judge-record.js';

const record = (value: unknown) => ({ line: 7, end: 0, size: 0, text: JSON.stringify(value), read: () => value });
const detailOf = (value: unknown) => {
  const judged = judgeRecord(record(value));
  return 'refusal' in judged ? judged.refusal.detail : undefined;
};

describe('the shape of a record', () => {
  it('is that of a user whose every field may be absent but the user id', () => {
    expect(judgeRecord(record({ userId: 'jdoe' }))).toEqual({ userId: 'jdoe', text: '{"userId":"jdoe"}' });
  });

  it.each([
    [{}, /^userId: /],
    [{ userId: '' }, /^userId: /],
    [{ userId: 'x'.repeat(257) }, /^userId: /],
    [{ userId: 'a\0b' }, /^userId: holds U\+0000/],
    [{ userId: 'a', userid: 'b' }, /^unknown field userid$/],
    [{ userId: 'a', status: 'gone' }, /^status: /],
    [{ userId: 'a', groups: 'staff' }, /^groups: /],
    [{ userId: 'a', groups: [''] }, /^groups\.0: /],
    [{ userId: 'a', passwordHash: 'x'.repeat(1025) }, /^passwordHash: /],
    [{ userId: 'a', properties: { surname: 'x' } }, /^properties: unknown property$/],
    [{ userId: 'a', properties: { firstName: null } }, /^properties\.firstName: /],
    [{ userId: 'a', knowledgeBase: { kbq1: { question: 'x' } } }, /^knowledgeBase\.kbq1\.answer: /],
    [{ userId: 'a', extendedProperties: { ExtProperty0: 'x' } }, /^extendedProperties: /],
    [[], /./],
    [null, /./],
    ['jdoe', /./],
  ])('is not %j', (value, detail) => {
    expect(detailOf(value)).toMatch(detail);
  });

  it('is said of the first faults only: a record may have a thousand', () => {
    expect(detailOf({ userId: 'a', groups: Array(200).fill('') })?.split(';')).toHaveLength(5);
  });

  it('of anything is judged without throwing, and no value is said', () => {
    const secret = 'a secret that stands nowhere else';
    const holder = fc.constantFrom('userId', 'passwordHash', 'status', 'groups', 'properties', 'knowledgeBase', secret);
    const value = fc.oneof(
      fc.constant(secret),
      fc.constant([secret]),
      fc.dictionary(fc.constantFrom('firstName', secret), fc.constant(secret)),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(holder, value)), (any) => {
        const judged = judgeRecord(record(any));
        if ('refusal' in judged) expect(judged.refusal.detail).not.toContain(secret);
      }),
    );
  });
});
