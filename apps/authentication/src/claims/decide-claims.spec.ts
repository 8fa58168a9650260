import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Claim, type ClaimOutcome, claimKey } from './claim.js';
import { decideClaims } from './decide-claims.js';

const anyClaim: fc.Arbitrary<Claim> = fc
  .record({
    application: fc.integer({ min: 1, max: 2 }),
    mac: fc.integer({ min: 1, max: 3 }),
    version: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ application, mac, version }) => ({
    applicationId: String(application),
    version,
    keyVersion: 1,
    mac: Buffer.alloc(32, mac),
    signedAt: 0,
  }));

/** A store in which version 2 is current; it refuses to be asked for one key twice at once. */
function store(spent: Set<string>) {
  return async (claims: readonly Claim[]): Promise<readonly ClaimOutcome[]> => {
    expect(new Set(claims.map(claimKey)).size).toBe(claims.length);
    return claims.map((claim) => {
      if (claim.version !== 2) return { verdict: 'changed', isMemoryLost: false, storeTime: 0 };
      const isSpent = spent.has(claimKey(claim));
      spent.add(claimKey(claim));
      return { verdict: isSpent ? 'replayed' : 'won', isMemoryLost: false, storeTime: 0 };
    });
  };
}

describe('claims of one batch', () => {
  it('are decided as if they had come one after another, whatever they have in common', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyClaim, { maxLength: 30 }),
        fc.array(anyClaim, { maxLength: 3 }),
        async (claims, before) => {
          const [together, apart] = [new Set(before.map(claimKey)), new Set(before.map(claimKey))];
          const outcomes = await decideClaims(claims, store(together));
          const winners = claims.filter((_, position) => outcomes[position]?.verdict === 'won').map(claimKey);
          expect(new Set(winners).size).toBe(winners.length);
          const one = store(apart);
          for (const [position, claim] of claims.entries()) {
            const [alone] = await one([claim]);
            // an old copy beside the winner may also hear that the signature is spent, which is as true
            const allowed = alone?.verdict === 'changed' ? ['changed', 'replayed'] : ['won', 'replayed'];
            expect(allowed).toContain(outcomes[position]?.verdict);
          }
          expect(together).toEqual(apart);
        },
      ),
    );
  });

  it('fail together when the store does', async () => {
    const claim: Claim = { applicationId: 'a', version: 1, keyVersion: 1, mac: Buffer.alloc(32), signedAt: 0 };
    await expect(decideClaims([claim, claim], () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });
});
