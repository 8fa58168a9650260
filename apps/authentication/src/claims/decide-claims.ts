import { type Claim, type ClaimOutcome, claimKey } from './claim.js';

/** Decides claims of different keys in one transaction; outcomes by position. */
export type MakeClaims = (claims: readonly Claim[]) => Promise<readonly ClaimOutcome[]>;

/**
 * Decides claims of which several may have the same key. Equal ones are decided one after another: a key that was won
 * or had been used is `replayed` for all that follow; any other verdict says nothing about the next, which may come
 * from a gateway that knows a newer version of the application.
 */
export async function decideClaims(claims: readonly Claim[], make: MakeClaims): Promise<readonly ClaimOutcome[]> {
  const outcomes: ClaimOutcome[] = [];
  let remaining = claims.map((claim, position) => ({ claim, position }));
  while (remaining.length > 0) {
    const firsts = new Map<string, ClaimOutcome | undefined>();
    const round = remaining.filter(({ claim }) => {
      const isFirst = !firsts.has(claimKey(claim));
      firsts.set(claimKey(claim), undefined);
      return isFirst;
    });
    const decided = await make(round.map(({ claim }) => claim));
    round.forEach(({ claim, position }, index) => {
      const outcome = decided[index];
      if (outcome === undefined)
        throw new Error(`${round.length} claims were answered with ${decided.length} verdicts`);
      outcomes[position] = outcome;
      firsts.set(claimKey(claim), outcome);
    });
    remaining = remaining.filter(({ claim, position }) => {
      if (outcomes[position] !== undefined) return false;
      const first = firsts.get(claimKey(claim));
      const isSpent = first?.verdict === 'won' || first?.verdict === 'replayed';
      if (isSpent) outcomes[position] = { ...first, verdict: 'replayed' };
      return !isSpent;
    });
  }
  return outcomes;
}
