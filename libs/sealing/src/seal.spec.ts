import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemRandomness } from '@countersign/clock';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Binding, encodeParts } from './binding.js';
import { blindIndex, blindIndexes, type IndexBinding } from './blind-index.js';
import { parseKeyRing } from './key-ring.js';
import { newKeyRing, withNewKey } from './key-rotation.js';
import { open, seal } from './seal.js';
import { keyIdOf, SealBroken, SealKeyUnknown } from './sealed-value.js';

const place: Binding = { table: 'factor', row: '1', column: 'sealed_secret' };
const ring = parseKeyRing(newKeyRing(systemRandomness));
const other = parseKeyRing(newKeyRing(systemRandomness));

describe('a sealed value', () => {
  it('opens where it was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.string({ unit: 'binary' }), (bytes, row) => {
        const binding = { ...place, row };
        expect(open(ring, binding, seal(ring, binding, Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
    expect(open(ring, place, seal(ring, place, 'zoë')).toString()).toBe('zoë');
    expect(open(ring, place, seal(ring, place, ''))).toHaveLength(0);
  });

  it('is another each time and never holds its plaintext', () => {
    const plaintext = Buffer.alloc(64, 'a');
    const sealed = Array.from({ length: 50 }, () => seal(ring, place, plaintext).toString('hex'));
    expect(new Set(sealed).size).toBe(50);
    expect(sealed.some((hex) => hex.includes('6161'.repeat(4)))).toBe(false);
    expect(new Set(sealed.map((hex) => hex.slice(-160))).size).toBe(50);
  });

  it('names its key', () => {
    expect(keyIdOf(seal(ring, place, 'v'))).toBe(ring.currentKeyId);
  });

  it.each([
    ['table', { table: 'user_property' }],
    ['row', { row: '2' }],
    ['column', { column: 'sealed_pin' }],
    ['row that ends where the column begins', { row: '1s', column: 'ealed_secret' }],
    ['table that ends where the row begins', { table: 'factor1', row: '' }],
  ])('does not open in another %s', (_, moved) => {
    expect(() => open(ring, { ...place, ...moved }, seal(ring, place, 'v'))).toThrow(SealBroken);
  });

  it('does not open if any byte of it is altered', () => {
    const sealed = seal(ring, place, 'twenty bytes of text');
    for (let at = 0; at < sealed.length; at += 1) {
      for (const bits of [0x01, 0x80, 0xff]) {
        const altered = Buffer.from(sealed);
        altered.writeUInt8(altered.readUInt8(at) ^ bits, at);
        expect(fault(() => open(ring, place, altered))).toMatch(/^Seal(Broken|KeyUnknown)$/);
      }
    }
  });

  it('does not open if cut at either end or if something is added', () => {
    const sealed = seal(ring, place, 'v');
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => open(ring, place, sealed.subarray(0, length))).toThrow(SealBroken);
      expect(fault(() => open(ring, place, sealed.subarray(sealed.length - length)))).toMatch(/^Seal/);
    }
    expect(() => open(ring, place, Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow(SealBroken);
  });

  it('does not open with the ciphertext of one and the salt of another', () => {
    const [one, two] = [seal(ring, place, 'same size'), seal(ring, place, 'size same')];
    const mixed = Buffer.concat([one.subarray(0, 2 + ring.currentKeyId.length + 24), two.subarray(-25)]);
    expect(() => open(ring, place, mixed)).toThrow(SealBroken);
  });

  it('does not open with another ring, whose lack of the key is told by its id alone', () => {
    const sealed = seal(ring, place, 'v');
    expect(() => open(other, place, sealed)).toThrow(new SealKeyUnknown(ring.currentKeyId));
    expect(() => open(other, place, sealed)).toThrow(`no key ${ring.currentKeyId} in the key ring`);
  });

  it('does not open with a ring that has another key under the same id', () => {
    const ringOf = (byte: number) =>
      parseKeyRing(JSON.stringify({ current: 'k1', keys: { k1: Buffer.alloc(32, byte).toString('base64') } }));
    expect(() => open(ringOf(2), place, seal(ringOf(1), place, 'v'))).toThrow(
      'sealed value does not open in factor.sealed_secret with key k1',
    );
  });

  it('refuses any bytes without another fault', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, isVersioned) => {
        const sealed = Buffer.from(isVersioned ? [1, 2, 0x6b, 0x31, ...bytes] : bytes);
        expect(fault(() => open(ring, place, sealed))).toMatch(/^Seal/);
        expect(fault(() => keyIdOf(sealed))).toMatch(/^(none|SealBroken)$/);
      }),
    );
  });

  function fault(run: () => unknown): string {
    try {
      run();
      return 'none';
    } catch (error) {
      return error instanceof Error ? error.name : 'thrown';
    }
  }
});

describe('the binding', () => {
  it('has other bytes for every other list of parts', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '\0', '\u0001', '\ud800', '\ufffd'), maxLength: 3 });
    const parts = fc.array(part, { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (one, two) => {
        expect(encodeParts(one).equals(encodeParts(two))).toBe(JSON.stringify(one) === JSON.stringify(two));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a blind index', () => {
  const binding: IndexBinding = { table: 'mobile', column: 'sealed_number' };

  it('is the same for the same value and place', () => {
    expect(blindIndex(ring, binding, '+1555')).toEqual(blindIndex(ring, binding, '+1555'));
    expect(blindIndex(ring, binding, '+1555')).toHaveLength(32);
  });

  it('is another for another value, table, column, scope or ring', () => {
    const others = [
      blindIndex(ring, binding, '+1555'),
      blindIndex(ring, binding, '+15555'),
      blindIndex(ring, { ...binding, table: 'mail' }, '+1555'),
      blindIndex(ring, { ...binding, column: 'number' }, '+1555'),
      blindIndex(ring, { ...binding, row: 'realm' }, '+1555'),
      blindIndex(other, binding, '+1555'),
    ];
    expect(new Set(others.map((index) => index.toString('hex'))).size).toBe(others.length);
  });

  it('is still found while the ring rotates', () => {
    const before = newKeyRing(systemRandomness);
    const stored = blindIndex(parseKeyRing(before), binding, '+1555');
    const after = parseKeyRing(withNewKey(before, systemRandomness));
    expect(blindIndexes(after, binding, '+1555')).toEqual([blindIndex(after, binding, '+1555'), stored]);
  });
});

interface Vectors {
  readonly ring: { readonly current: string; readonly keys: Readonly<Record<string, string>> };
  readonly sealed: readonly {
    readonly keyId: string;
    readonly binding: Binding;
    readonly plaintextHex: string;
    readonly sealedHex: string;
  }[];
  readonly indexes: readonly { readonly binding: IndexBinding; readonly value: string; readonly indexHex: string[] }[];
}

describe('the stored form, which must open for ever', () => {
  const vectors = JSON.parse(readFileSync(new URL('./sealing.vectors.json', import.meta.url), 'utf8')) as Vectors;
  const stored = parseKeyRing(JSON.stringify(vectors.ring));
  const framed = (part: string): Buffer => {
    const bytes = Buffer.from(part, 'utf16le');
    return Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  };

  it.each(vectors.sealed)('opens what $keyId sealed for $binding.table', ({ binding, plaintextHex, sealedHex }) => {
    expect(open(stored, binding, Buffer.from(sealedHex, 'hex')).toString('hex')).toBe(plaintextHex);
  });

  it.each(vectors.sealed)('is what its description says: $binding.table', (vector) => {
    const sealed = Buffer.from(vector.sealedHex, 'hex');
    const { table, row, column } = vector.binding;
    expect(sealed.subarray(0, 4)).toEqual(Buffer.from(`\u0001\u0002${vector.keyId}`));
    const ringKey = Buffer.from(vectors.ring.keys[vector.keyId] ?? '', 'base64');
    const made = Buffer.from(hkdfSync('sha256', ringKey, sealed.subarray(4, 28), 'countersign sealing 1: value', 44));
    const decipher = createDecipheriv('aes-256-gcm', made.subarray(0, 32), made.subarray(32));
    decipher.setAAD(Buffer.concat([Buffer.from([1]), ...[vector.keyId, table, row, column].map(framed)]));
    decipher.setAuthTag(sealed.subarray(-16));
    const plaintext = Buffer.concat([decipher.update(sealed.subarray(28, -16)), decipher.final()]);
    expect(plaintext.toString('hex')).toBe(vector.plaintextHex);
  });

  it.each(vectors.indexes)('finds $value in $binding', ({ binding, value, indexHex }) => {
    expect(blindIndexes(stored, binding, value).map((index) => index.toString('hex'))).toEqual(indexHex);
    const { table, row = '', column } = binding;
    const ringKey = Buffer.from(vectors.ring.keys[stored.currentKeyId] ?? '', 'base64');
    const key = Buffer.from(hkdfSync('sha256', ringKey, '', 'countersign sealing 1: blind index', 32));
    const digest = createHmac('sha256', key)
      .update(Buffer.concat([table, row, column, value].map(framed)))
      .digest('hex');
    expect(indexHex[0]).toBe(digest);
  });
});
