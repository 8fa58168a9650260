import { inspect } from 'node:util';
import { SeededRandomness, systemRandomness } from '@countersign/clock';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyRingFault, parseKeyRing } from './key-ring.js';
import { newKeyRing, withKeysOf, withNewKey, withoutKey } from './key-rotation.js';
import { open, seal } from './seal.js';
import { SealKeyUnknown } from './sealed-value.js';

const one = Buffer.alloc(32, 1).toString('base64');
const two = Buffer.alloc(32, 2).toString('base64');
const text = (ring: unknown): string => JSON.stringify(ring);
const place = { table: 't', row: 'r', column: 'c' };

describe('a key ring', () => {
  it('tells its ids, the current one first', () => {
    const ring = parseKeyRing(text({ current: 'k2', keys: { k1: one, k2: two } }));
    expect(ring.currentKeyId).toBe('k2');
    expect(ring.keyIds).toEqual(['k2', 'k1']);
    expect(['k1', 'k2', 'k3', 'toString'].map((keyId) => ring.has(keyId))).toEqual([true, true, false, false]);
  });

  it('shows no key, however it is printed', () => {
    const ring = parseKeyRing(text({ current: 'k1', keys: { k1: one } }));
    const printed = inspect(ring, { depth: 9, showHidden: true }) + JSON.stringify(ring);
    expect(printed).not.toContain(one.slice(0, 8));
    expect(printed).not.toContain('0101');
  });

  it('may begin with a byte order mark, and name a key as one of its own members', () => {
    const ring = parseKeyRing(`\ufeff{"current":"keys","keys":{"keys":"${one}","current":"${two}"}}`);
    expect(ring.keyIds).toEqual(['keys', 'current']);
  });

  it.each([
    ['no JSON', `{"current":"k1","keys":{"k1":"${one}"`, /^key ring is not JSON, found \d+ characters$/],
    ['a bare key', one, /not JSON/],
    ['a list', '[]', /must hold "current" and "keys"/],
    ['null', 'null', /must hold/],
    ['no keys', text({ current: 'k1' }), /must hold/],
    ['a list of keys', text({ current: 'k1', keys: [one] }), /must hold|must be the id/],
    ['no current id', text({ keys: { k1: one } }), /"current" of the key ring must be the id of one of its keys/],
    ['an unknown current id', text({ current: 'k2', keys: { k1: one } }), /must be the id/],
    ['a current id that is no text', text({ current: 1, keys: { 1: one } }), /must be the id/],
    ['no key at all', text({ current: 'k1', keys: {} }), /must be the id/],
    ['a key in place of an id', text({ current: 'k1', keys: { [one]: 'k1' } }), /^key id must be 1 to 32 letters/],
    ['an id with two keys', `{"current":"k1","keys":{"k1":"${one}","k1":"${two}"}}`, /^key ring holds key k1 twice$/],
    [
      'an id that is written in two ways',
      `{"current":"k1","keys":{"\\u006b1":"${one}","k1":"${two}"}}`,
      /^key ring holds key k1 twice$/,
    ],
    [
      'two current ids',
      `{"current":"k1","keys":{"k1":"${one}","k2":"${two}"},"current" : "k2"}`,
      /^key ring holds "current" twice$/,
    ],
    ['an id with a line feed', text({ current: 'k\n', keys: { 'k\n': one } }), /^key id must be/],
    ['the prototype as id', `{"current":"__proto__","keys":{"__proto__":"${one}"}}`, /^key id must be/],
    ['an id that is too long', text({ current: 'k1', keys: { k1: one, ['k'.repeat(33)]: two } }), /^key id must be/],
    [
      'a short key',
      text({ current: 'k1', keys: { k1: one.slice(4) } }),
      /^key k1 must be Base64 of 32 bytes, found 29$/,
    ],
    ['a long key', text({ current: 'k1', keys: { k1: Buffer.alloc(33).toString('base64') } }), /found 33$/],
    ['a key that is no text', text({ current: 'k1', keys: { k1: { secret: one } } }), /found 0$/],
    [
      'a key in another alphabet',
      text({ current: 'k1', keys: { k1: 'AQEB-QEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=' } }),
      /standard Base64/,
    ],
    ['a key without padding', text({ current: 'k1', keys: { k1: one.replace('=', '') } }), /with padding/],
    ['the same key twice', text({ current: 'k1', keys: { k1: one, k2: one } }), /two ids of the key ring share a key/],
  ])('is refused, without quoting a key, if its text is %s', (_, json, message) => {
    const refused = () => parseKeyRing(json);
    expect(refused).toThrow(KeyRingFault);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/AQEB|AgIC|secret/);
  });

  it('is refused as a fault of its own for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        expect(() => parseKeyRing(json)).toThrow(KeyRingFault);
      }),
    );
  });
});

describe('rotating a key ring', () => {
  it('begins with one fresh key', () => {
    const ring = parseKeyRing(newKeyRing(systemRandomness));
    expect(ring.keyIds).toHaveLength(1);
    expect(newKeyRing(systemRandomness)).not.toBe(newKeyRing(systemRandomness));
    expect(newKeyRing(new SeededRandomness('s'))).toBe(newKeyRing(new SeededRandomness('s')));
  });

  it('adds a key, makes it current and keeps the others, so that old values still open', () => {
    const before = newKeyRing(systemRandomness);
    const sealed = seal(parseKeyRing(before), place, 'v');
    const after = parseKeyRing(withNewKey(before, systemRandomness));
    expect(after.keyIds).toHaveLength(2);
    expect(after.currentKeyId).not.toBe(parseKeyRing(before).currentKeyId);
    expect(open(after, place, sealed).toString()).toBe('v');
  });

  it('never gives an id twice', () => {
    const json = newKeyRing(new SeededRandomness('s'));
    const sources = [new SeededRandomness('s')];
    const repeatingOnce = { bytes: (length: number) => (sources.pop() ?? systemRandomness).bytes(length) };
    const rotated = withNewKey(json, repeatingOnce);
    expect(parseKeyRing(rotated).keyIds).toHaveLength(2);
  });

  it('retires a key; what it sealed is then out of reach, by the name of the key', () => {
    const before = newKeyRing(systemRandomness);
    const oldId = parseKeyRing(before).currentKeyId;
    const sealed = seal(parseKeyRing(before), place, 'v');
    const after = parseKeyRing(withoutKey(withNewKey(before, systemRandomness), oldId));
    expect(after.has(oldId)).toBe(false);
    expect(() => open(after, place, sealed)).toThrow(new SealKeyUnknown(oldId));
  });

  it('puts a retired key back, beside the keys that were added since', () => {
    const before = withNewKey(newKeyRing(systemRandomness), systemRandomness);
    const [current = '', oldId = ''] = parseKeyRing(before).keyIds;
    const rotated = withNewKey(withoutKey(before, oldId), systemRandomness);
    const restored = parseKeyRing(withKeysOf(rotated, before));
    expect(restored.currentKeyId).toBe(parseKeyRing(rotated).currentKeyId);
    expect([...restored.keyIds].sort()).toEqual([restored.currentKeyId, current, oldId].sort());
    expect(open(restored, place, seal(parseKeyRing(before), place, 'v')).toString()).toBe('v');
  });

  it('retires neither the current key nor one that is not there', () => {
    const json = text({ current: 'k1', keys: { k1: one, k2: two } });
    expect(() => withoutKey(json, 'k1')).toThrow('key k1 is the current one: add a new key first');
    for (const keyId of ['k3', 'toString', one]) {
      expect(() => withoutKey(json, keyId)).toThrow('the key ring has no key of this id');
    }
    expect(() => withNewKey('{}', systemRandomness)).toThrow(KeyRingFault);
  });
});
