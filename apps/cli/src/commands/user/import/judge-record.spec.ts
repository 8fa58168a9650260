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
    [{ userId: 'a', state: 'gone' }, /^state: /],
    [{ userId: 'a', status: 'gone' }, /^state: /],
    [{ userId: 'a', groups: 'staff' }, /^groups: /],
    [{ userId: 'a', groups: [''] }, /^groups\.1: /],
    [{ userId: 'a', passwordHash: 'x'.repeat(1025) }, /^passwordHash: /],
    [{ userId: 'a', name: { given: 7 } }, /^name\.given: /],
    [{ userId: null }, /^userId: /],
    [{ userId: 'a', groups: [null] }, /^groups\.1: /],
    [{ userId: 'a', refused: 'x' }, /^unknown field refused$/],
    [{ userId: 'a', name: { middle: 'x' } }, /^unknown field name\.middle$/],
    [{ userId: 'a', aliases: ['b', ''] }, /^aliases\.2: /],
    [{ userId: 'a', emails: 'a@example.com' }, /^emails: /],
    [{ userId: 'a', emails: ['a@example.com'] }, /^emails\.1: /],
    [{ userId: 'a', emails: [{}, { value: 7 }] }, /^emails\.1\.value: .*; emails\.2\.value: /],
    [{ userId: 'a', emails: [{ position: 7, value: 'x', kind: 'private' }] }, /^emails\.7\.kind: /],
    [{ userId: 'a', emails: [{ value: 'x', mail: 'y' }] }, /^unknown field emails\.1\.mail$/],
    [{ userId: 'a', emails: [{ position: 2, value: 'x', id: 'y' }] }, /^unknown field emails\.2\.id$/],
    [{ userId: 'a', emails: [{ value: 'x' }, { position: 1, value: 'y' }] }, /^emails: names a position twice$/],
    [
      { userId: 'a', emails: [{ value: 'x', verifiedAt: 'yesterday' }] },
      /^emails\.1\.verifiedAt: is not a time in UTC such as /,
    ],
    [
      { userId: 'a', emails: [{ value: 'x', verifiedAt: '2026-05-01T09:30:00+02:00' }] },
      /^emails\.1\.verifiedAt: is not a /,
    ],
    [
      { userId: 'a', phones: [{ value: 'x', verifiedAt: '0000-01-01T00:00:00Z' }] },
      /^phones\.1\.verifiedAt: has the year/,
    ],
    [{ userId: 'a', emails: [{ value: 'x', extension: '1' }] }, /^unknown field emails\.1\.extension$/],
    [{ userId: 'a', phones: [{ value: 'x', details: 'y' }] }, /^phones\.1\.details: /],
    [{ userId: 'a', attributes: { '1x': 'x' } }, /^attributes\.1x: is not a letter and/],
    [{ userId: 'a', questions: { 1: { answer: 5 } } }, /^questions\.1\.answer: /],
    [
      { userId: 'a', questions: { 1: { question: 'x', answer: 'y', hint: 'z' } } },
      /^unknown field questions\.1\.hint$/,
    ],
    [
      JSON.parse('{"userId":"a","questions":{"__proto__":{"question":"x","answer":"y"}}}'),
      /^unknown field questions\./,
    ],
    [JSON.parse('{"userId":"a","firstName":"x","__proto__":{"state":"disabled"}}'), /^unknown field __proto__/],
    [{ userId: 'a', pin: 1234 }, /^pin: /],
    [{ userId: 'a', properties: 'x' }, /^properties: is not an object$/],
    [{ userId: 'a', properties: { surname: 'x' } }, /^unknown field properties\.surname$/],
    [{ userId: 'a', properties: { displayName: 'x' } }, /^unknown field properties\.displayName$/],
    [{ userId: 'a', properties: { status: 'active' } }, /^unknown field properties\.status$/],
    [{ userId: 'a', properties: { email2: 7 } }, /^emails\.2\.value: /],
    [{ userId: 'a', knowledgeBase: { kbq1: { question: 5 } } }, /^questions\.1\.question: /],
    [{ userId: 'a', extendedProperties: { ExtProperty0: 'x' } }, /^unknown field extendedProperties\.ExtProperty0$/],
    [[], /./],
    [null, /./],
    ['jdoe', /./],
  ])('is not %j', (value, detail) => {
    expect(detailOf(value)).toMatch(detail);
  });

  it.each([
    ['{"userId":"a","userId":"b"}', 'userId occurs twice'],
    ['{"userId":"a","\\u0075serId":"b"}', 'userId occurs twice'],
    ['{"userId":"a","name":{"given":"x","family":"y","given" : "z"}}', 'name.given occurs twice'],
    ['{"userId":"a","emails":[{"value":"x"},{"value":"y","value":null}]}', 'emails.2.value occurs twice'],
    ['{"userId":"a","questions":{"1":{"answer":"x"},"1":{}}}', 'questions.1 occurs twice'],
    ['{"userId":"a","pin":"1","pin":"2"}', 'pin occurs twice'],
    ['{"userId":"a","4711 secret":1,"4711 secret":1}', '(a name that is none) occurs twice'],
    ['{"userId":"a"}\r{"userId":"b"}', 'is not JSON: lines must end in LF or CRLF, found CR'],
    ['{"userId":"a"} {"userId":"b"}', 'is not JSON'],
  ])('cannot be read from %s', (text, detail) => {
    const judged = judgeRecord({ line: 7, end: 0, size: 0, text, read: () => JSON.parse(text) as unknown });
    expect(judged).toEqual({ refusal: { line: 7, problem: 'request.malformed', detail, text } });
  });

  it('may hold a name in several objects, and names and braces in its values', () => {
    const text =
      '{"userId":"a","displayName":"\\"userId\\": {","notes":"}{\\\\","emails":[{"value":"x"},{"value":"y"}],"name":{"given":"value"}}';
    expect(judgeRecord({ line: 7, end: 0, size: 0, text, read: () => JSON.parse(text) as unknown })).toEqual({
      userId: 'a',
      text,
    });
  });

  it('says nothing where it has null, at whatever depth', () => {
    const exported = {
      userId: 'a',
      pin: null,
      name: { given: null, family: 'B' },
      emails: [{ value: 'x', label: null }],
    };
    expect(judgeRecord(record({ ...exported, properties: { auxId1: null } }))).toEqual({
      userId: 'a',
      text: '{"userId":"a","name":{"family":"B"},"emails":[{"value":"x"}]}',
    });
  });

  it('may have property names in place of fields, alone and in the objects of older files', () => {
    const older = {
      userId: 'jdoe',
      status: 'locked',
      properties: { firstName: 'J', email2: 'j@example.com', pinHash: '0042', auxId3: '3' },
      knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' }, helpDeskKb: { question: 'City?', answer: 'Rome' } },
      extendedProperties: { ExtProperty7: '7' },
      groups: ['staff'],
    };
    const judged = judgeRecord(record(older));
    expect('refusal' in judged ? judged : JSON.parse(judged.text)).toEqual({
      userId: 'jdoe',
      state: 'locked',
      name: { given: 'J' },
      emails: [{ position: 2, value: 'j@example.com' }],
      pin: '0042',
      attributes: { custom3: '3', extended7: '7' },
      questions: { 1: { question: 'Pet?', answer: 'Rex' }, help_desk: { question: 'City?', answer: 'Rome' } },
      groups: ['staff'],
    });
    const { properties, knowledgeBase, extendedProperties, ...rest } = older;
    const flat = judgeRecord(record({ ...rest, ...properties, ...knowledgeBase, ...extendedProperties }));
    expect('refusal' in flat ? flat : JSON.parse(flat.text)).toEqual(
      'refusal' in judged ? '' : JSON.parse(judged.text),
    );
  });

  it.each([
    [{ state: 'active', status: 'active' }, 'state'],
    [{ name: { given: 'x' }, firstName: 'x' }, 'name.given'],
    [{ firstName: 'x', properties: { firstName: 'x' } }, 'name.given'],
    [{ emails: [{ position: 2, value: 'x' }], email2: 'x' }, 'emails.2'],
    [{ emails: [{ value: 'x' }], email1: 'x' }, 'emails.1'],
    [{ questions: { 1: { question: 'x', answer: 'y' } }, kbq1: { question: 'x', answer: 'y' } }, 'questions.1'],
    [{ attributes: { custom1: 'x' }, auxId1: 'x' }, 'attributes.custom1'],
  ])('may not name a field twice: %j', (values, field) => {
    expect(detailOf({ userId: 'a', ...values })).toBe(`${field} occurs twice`);
  });

  it('may name some fields of one kind by either name', () => {
    const judged = judgeRecord(
      record({ userId: 'a', emails: [{ value: 'x' }], email2: 'y', name: { given: 'A' }, lastName: 'B' }),
    );
    expect('refusal' in judged ? judged : JSON.parse(judged.text)).toEqual({
      userId: 'a',
      emails: [{ value: 'x' }, { position: 2, value: 'y' }],
      name: { given: 'A', family: 'B' },
    });
  });

  it('is said of the first faults only: a record may have a thousand', () => {
    expect(detailOf({ userId: 'a', groups: Array(200).fill('') })?.split(';')).toHaveLength(5);
  });

  it('of anything is judged without throwing, and no value is said', () => {
    const secret = 'a secret that stands nowhere else';
    const holder = fc.constantFrom(
      ...['userId', 'passwordHash', 'state', 'status', 'groups', 'aliases', 'name', 'emails', 'phones', 'attributes'],
      ...['questions', 'pin', 'properties', 'knowledgeBase', 'email1', 'kbq1', secret],
    );
    const value = fc.oneof(
      fc.constant(secret),
      fc.constant([secret]),
      fc.dictionary(fc.constantFrom('firstName', 'given', '1', 'value', secret), fc.constant(secret)),
      fc.array(fc.dictionary(fc.constantFrom('value', 'position', 'kind', secret), fc.constant(secret)), {
        maxLength: 2,
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(holder, value)), (any) => {
        const judged = judgeRecord(record(any));
        if ('refusal' in judged) expect(judged.refusal.detail).not.toContain(secret);
      }),
    );
  });
});
