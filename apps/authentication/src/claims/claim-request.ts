import { systemClock } from '@countersign/clock';
import { claimRequest, Problem } from '@countersign/contracts';
import { SETTINGS } from '@countersign/hosting';
import { type AnswerTo, type AskedRequest, answerEach, HandlesTogether } from '@countersign/messaging/server';
import { Controller, Inject } from '@nestjs/common';
import type { AuthenticationSettings } from '../settings.js';
import { ClaimStore } from './claim.store.js';
import { ClaimKeeper } from './claim-keeper.js';
import { ClaimTally } from './claim-tally.js';
import { decideClaims } from './decide-claims.js';

/** Guarantee G1: spends a signature, once. Claims that wait together share one statement. */
@Controller()
export class ClaimRequest {
  constructor(
    private readonly store: ClaimStore,
    @Inject(SETTINGS) private readonly settings: AuthenticationSettings,
    private readonly keeper: ClaimKeeper,
    private readonly tally: ClaimTally,
  ) {}

  /**
   * A fault is the answer to each claim and is never thrown: if the claims were tried again, one that was committed
   * without our knowing would be answered `replayed`, although it was the first use. `store.unavailable` therefore means
   * that the outcome is not known: the claim may have been made, and the client has to sign a new request.
   */
  @HandlesTogether(claimRequest)
  async claim(requests: readonly AskedRequest<typeof claimRequest>[]): Promise<AnswerTo<typeof claimRequest>[]> {
    const { AUTHENTICATION_SKEW_SECONDS: skewSeconds } = this.settings;
    const claims = requests.map(({ request }) => ({ ...request, mac: Buffer.from(request.mac, 'base64') }));
    try {
      const outcomes = await decideClaims(claims, (round) => this.store.make(round, skewSeconds));
      this.keeper.noteClaims(outcomes.some(({ isMemoryLost }) => isMemoryLost));
      return answerEach(requests, outcomes, (outcome, { applicationId, signedAt }) => {
        const verdict = outcome.verdict === 'stale' && this.isFreshHere(signedAt) ? 'recovering' : outcome.verdict;
        this.tally.count(applicationId, verdict);
        return { verdict, storeTime: outcome.storeTime };
      });
    } catch (error) {
      if (!(error instanceof Problem)) this.tally.noteFault(error);
      const cause = error instanceof Problem && error.detail !== undefined ? `: ${error.detail}` : '';
      return claims.map(() => new Problem('store.unavailable', `the outcome of a claim is not known${cause}`, 1));
    }
  }

  /**
   * The store's clock decides, but a date that is right by another clock is not the client's fault: then one of ours is
   * wrong. A date close to the skew is stale all the same, as no two clocks are quite alike.
   */
  private isFreshHere(signedAt: number): boolean {
    const skewMs = this.settings.AUTHENTICATION_SKEW_SECONDS * 1_000;
    return Math.abs(signedAt - systemClock.now()) < skewMs - Math.min(CLOCKS_DIFFER_MS, skewMs / 2);
  }
}

const CLOCKS_DIFFER_MS = 5_000;
