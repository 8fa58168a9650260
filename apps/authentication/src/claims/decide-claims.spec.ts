import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Claim, type ClaimOutcome, claimKey } from './claim.js';
import { decideClaims } from './decide-claims.js';

const anyClaim: fc.Arbitrary<Claim> = fc
  .record({
    application: fc.integer({ min: 1, max: 2 }),
    mac: fc.integer({ min: 1, max: 3 }),
    version: fc.integer({ min: 1, max: 2 }),
    askKey: fc.constantFrom('first ask', 'second ask'),
  })
  .map(({ application, mac, version, askKey }) => ({
    applicationId: String(application),
    version,
    keyVersion: 1,
    mac: Buffer.alloc(32, mac),
    signedAt: 0,
    askKey,
  }));

const spentBy = (claims: readonly Claim[]) => new Map(claims.map((claim) => [claimKey(claim), claim.askKey]));

/** A store in which version 2 is current; it refuses to be asked for one key twice at once. */
function store(spent: Map<string, string>) {
  return async (claims: readonly Claim[]): Promise<readonly ClaimOutcome[]> => {
    expect(new Set(claims.map(claimKey)).size).toBe(claims.length);
    return claims.map((claim) => {
      if (claim.version !== 2) return { verdict: 'changed', isMemoryLost: false, storeTime: 0 };
      const winner = spent.get(claimKey(claim)) ?? claim.askKey;
      spent.set(claimKey(claim), winner);
      return { verdict: winner === claim.askKey ? 'won' : 'replayed', isMemoryLost: false, storeTime: 0 };
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
          const [together, apart] = [spentBy(before), spentBy(before)];
          const outcomes = await decideClaims(claims, store(together));
          const winners = claims.filter((_, position) => outcomes[position]?.verdict === 'won');
          for (const winner of winners) expect(together.get(claimKey(winner))).toBe(winner.askKey);
          const one = store(apart);
          for (const [position, claim] of claims.entries()) {
            const [alone] = await one([claim]);
            // an old copy beside the winner may also hear what became of the signature, which is as true
            const allowed = ['won', 'replayed', ...(alone?.verdict === 'changed' ? ['changed'] : [])];
            expect(allowed).toContain(outcomes[position]?.verdict);
          }
          expect(together).toEqual(apart);
        },
      ),
    );
  });

  it('are one where they are one ask that was sent twice', async () => {
    const claim: Claim = {
      applicationId: 'a',
      version: 2,
      keyVersion: 1,
      mac: Buffer.alloc(32),
      signedAt: 0,
      askKey: 'a',
    };
    const outcomes = await decideClaims([claim, claim, { ...claim, askKey: 'b' }], store(new Map()));
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['won', 'won', 'replayed']);
  });

  it('fail together when the store does', async () => {
    const claim: Claim = {
      applicationId: 'a',
      version: 1,
      keyVersion: 1,
      mac: Buffer.alloc(32),
      signedAt: 0,
      askKey: 'a',
    };
    await expect(decideClaims([claim, claim], () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });
});
