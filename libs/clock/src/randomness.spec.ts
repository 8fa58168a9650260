import { describe, expect, it } from '@jest/globals';
import { SeededRandomness, systemRandomness } from './randomness.js';

describe('seeded randomness', () => {
  it('gives the same bytes for the same seed', () => {
    expect(new SeededRandomness('a').bytes(100)).toEqual(new SeededRandomness('a').bytes(100));
  });

  it('gives the same stream however it is cut', () => {
    const cut = new SeededRandomness('a');
    const parts = [cut.bytes(1), cut.bytes(0), cut.bytes(31), cut.bytes(68)];
    expect(Buffer.concat(parts)).toEqual(new SeededRandomness('a').bytes(100));
  });

  it('gives other bytes for another seed, and never the same block twice', () => {
    const source = new SeededRandomness('a');
    expect(source.bytes(32)).not.toEqual(source.bytes(32));
    expect(new SeededRandomness('b').bytes(32)).not.toEqual(new SeededRandomness('a').bytes(32));
  });
});

describe('system randomness', () => {
  it('gives the length asked for, and other bytes each time', () => {
    expect(systemRandomness.bytes(0)).toHaveLength(0);
    expect(systemRandomness.bytes(16)).toHaveLength(16);
    expect(systemRandomness.bytes(16)).not.toEqual(systemRandomness.bytes(16));
  });
});
