import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { field, isJsonObject, readJsonObject } from './json-body.js';
import { MalformedRequest } from './malformed-request.js';

const read = (text: string | Buffer, coding?: string) => readJsonObject(Buffer.from(text), coding);

describe('a body', () => {
  it('of no bytes is an empty object (contract C.0)', () => {
    expect([readJsonObject(undefined, undefined), read('')]).toEqual([{}, {}]);
  });

  it.each([
    '[]',
    'null',
    '"x"',
    '1',
    '{',
    '\ufeff\ufeff{}',
    '{}{}',
    '{"a":1,,}',
    '{,}',
    '[,]',
    '{"a":,}',
    '{"a":"b,}',
    'undefined',
  ])('%s is no object', (text) => {
    expect(() => read(text)).toThrow(MalformedRequest);
  });

  it('with a byte order mark is read without it', () => {
    expect(read('\ufeff{"a":"\ufeff"}')).toEqual({ a: '\ufeff' });
  });

  it.each([
    ['{"a":1,}', { a: 1 }],
    ['{"userIds" : [\n"jdoe",\n"pjohnson",\n]\n}', { userIds: ['jdoe', 'pjohnson'] }],
    ['{"a":[[1,],{"b":2 ,}\t,\n],}', { a: [[1], { b: 2 }] }],
    ['{"a,}":"\\",]",}', { 'a,}': '",]' }],
  ])('%s is read without the comma behind a last entry, as in the guide', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it('is searched for such commas in time that grows with it, whatever it holds', () => {
    const long = 300_000;
    for (const piece of ['\\"', '"', ' ', ', ', '[', ',\n]', '"a",', `${' '.repeat(99)},`])
      for (const start of ['{"', '[', '[1'])
        expect(() => read(start + piece.repeat(long / piece.length))).toThrow(MalformedRequest);
  });

  it.each([
    Buffer.from('{"a":"\xeb"}', 'latin1'),
    Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1'),
    Buffer.from('{}', 'utf16le'),
  ])('that is not UTF-8 is not guessed at: %#', (bytes) => {
    expect(() => read(bytes)).toThrow(MalformedRequest);
  });

  it.each(['gzip', 'identity, gzip', 'x'])('in the coding %s is not unpacked', (coding) => {
    expect(() => read('{}', coding)).toThrow(MalformedRequest);
  });

  it.each(['identity', ' Identity '])('in the coding %s is as it is', (coding) => {
    expect(read('{"a":1}', coding)).toEqual({ a: 1 });
  });

  it('nested as deep as a body can be is read, or refused, and never a fault', () => {
    const deep = 100_000;
    expect(isJsonObject(read(`{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`))).toBe(true);
    expect(() => read('['.repeat(deep))).toThrow(MalformedRequest);
  });

  it('says what was sent: an object written as JSON is read as the same', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false }), { noNullPrototype: true });
    fc.assert(
      fc.property(value, (object) => {
        const text = JSON.stringify(object);
        expect(JSON.stringify(read(text))).toBe(text);
      }),
    );
  });

  it('of any bytes is an object or refused as malformed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from)), (bytes) => {
        try {
          expect(isJsonObject(read(Buffer.from(bytes)))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedRequest);
        }
      }),
    );
  });
});

describe('a member of a body (ASVS 5.0 15.3.6)', () => {
  it('is the last of its name, as `JSON.parse` has it', () => {
    expect(field(read('{"a":1,"a":2}'), 'a')).toBe(2);
  });

  it('is never one that objects have by themselves', () => {
    const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
    for (const key of inherited) {
      expect(field(read('{}'), key)).toBeUndefined();
      expect(field(read(`{"${key}":{"isAdmin":true}}`), key)).toEqual({ isAdmin: true });
    }
    expect(field(read('{"__proto__":{"isAdmin":true}}'), 'isAdmin')).toBeUndefined();
    expect('isAdmin' in {}).toBe(false);
  });
});
