import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApplicationKey, applicationKey } from './application-key.js';

const hex = '000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000';

describe('an application key', () => {
  it('is read in either case', () => {
    expect(applicationKey(hex.toUpperCase()).mac('m')).toBe(applicationKey(hex).mac('m'));
  });

  it.each([
    ['too short', hex.slice(1)],
    ['too long', `${hex}00`],
    ['not hexadecimal', `${hex.slice(1)}g`],
    ['with a line feed', `${hex}\n`],
    ['empty', ''],
  ])('is refused if %s, without being quoted', (_, text) => {
    const refused = () => applicationKey(text);
    expect(refused).toThrow(`application key must be 64 hexadecimal characters, found ${text.length} characters`);
  });

  it('is refused as bytes of another length', () => {
    expect(() => new ApplicationKey(Buffer.alloc(31))).toThrow('application key must be 32 bytes, found 31');
  });

  it('cannot be printed', () => {
    const key = applicationKey(hex);
    const printed = [inspect(key, { depth: 9, showHidden: true }), JSON.stringify({ key }), `${key}`, String(key)];
    expect(printed).toEqual([
      '[application key]',
      '{"key":"[application key]"}',
      '[application key]',
      '[application key]',
    ]);
    expect(Reflect.ownKeys(key)).toEqual([]);
  });
});

describe('the MAC', () => {
  it('is HMAC-SHA256 (RFC 2104), as createHmac has it, for any key, text and body', () => {
    const body = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string({ unit: 'binary' }), body, expectOracle),
    );
  });

  it('is the same for messages of any size, also where they are no longer gathered in one block', () => {
    for (const size of [0, 1, 5_000, 16_255, 16_256, 16_320, 16_321, 40_000]) {
      expectOracle(Buffer.from(hex, 'hex'), 'head', Buffer.alloc(size, 'x'));
      expectOracle(Buffer.from(hex, 'hex'), 'ł'.repeat(size), undefined);
    }
  });

  function expectOracle(secret: Uint8Array, head: string, body: Uint8Array | undefined): void {
    const key = new ApplicationKey(secret);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const wanted = createHmac('sha256', secret)
      .update(head)
      .update(bytes ?? '')
      .digest();
    const target = Buffer.alloc(32);
    key.macInto(target, head, bytes);
    expect(target).toEqual(wanted);
    expect(key.mac(head, bytes)).toBe(wanted.toString('base64'));
  }
});
