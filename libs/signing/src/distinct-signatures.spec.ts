import { describe, expect, it } from '@jest/globals';
import { applicationKey } from './application-key.js';
import { DistinctSignatures } from './distinct-signatures.js';
import { signRequest } from './sign-request.js';

const key = applicationKey('0'.repeat(64));
const at = Date.UTC(2026, 0, 1);

function signer(path: string) {
  return (date: number) => signRequest({ method: 'GET', path, applicationId: 'a'.repeat(32), key, date });
}

describe('equal requests of one millisecond (contract A.5)', () => {
  it('are dated a millisecond apart, so that none is taken for a replay', () => {
    const signatures = new DistinctSignatures();
    const dates = Array.from({ length: 100 }, () => signatures.sign(at, signer('/x')).dateHeader.value);
    expect(new Set(dates).size).toBe(100);
  });

  it('keep their own date when they differ', () => {
    const signatures = new DistinctSignatures();
    const dates = ['/a', '/b', '/c'].map((path) => signatures.sign(at, signer(path)).dateHeader.value);
    expect(new Set(dates)).toEqual(new Set([signer('/a')(at).dateHeader.value]));
  });

  it('are not remembered for ever', () => {
    const signatures = new DistinctSignatures();
    for (let index = 0; index < 5_000; index += 1) signatures.sign(at + index * 10, signer('/x'));
    expect(signatures['datesBySignature'].size).toBeLessThan(200);
  });
});
