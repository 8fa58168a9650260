import { type ClaimVerdict, claimRequest, Problem, type RequestOf } from '@countersign/contracts';
import { SETTINGS } from '@countersign/hosting';
import { Handles } from '@countersign/messaging/server';
import { BatchLoader } from '@countersign/persistence';
import { Controller, Inject } from '@nestjs/common';
import type { AuthenticationSettings } from '../settings.js';
import { type Claim, type ClaimOutcome, isPlausibleDate } from './claim.js';
import { ClaimStore } from './claim.store.js';
import { ClaimKeeper } from './claim-keeper.js';
import { ClaimTally } from './claim-tally.js';
import { decideClaims } from './decide-claims.js';

const macBytes = 32;

/** Guarantee G1: spends a signature, once. Claims that arrive in one turn of the event loop share one statement. */
@Controller()
export class ClaimRequest {
  private readonly batch: BatchLoader<Claim, ClaimOutcome>;

  constructor(
    private readonly store: ClaimStore,
    @Inject(SETTINGS) private readonly settings: AuthenticationSettings,
    private readonly keeper: ClaimKeeper,
    private readonly tally: ClaimTally,
  ) {
    this.batch = new BatchLoader({ read: (claims) => this.decide(claims), maxItems: 64, concurrency: 2 });
  }

  /**
   * @throws Problem `store.unavailable` whenever the outcome is not known: the claim may have been made, and the client
   * has to sign a new request
   */
  @Handles(claimRequest)
  async claim(request: RequestOf<typeof claimRequest>): Promise<{ verdict: ClaimVerdict }> {
    const mac = Buffer.from(request.mac, 'base64');
    if (mac.length !== macBytes) {
      throw new Problem('request.malformed', `the mac has ${mac.length} bytes, expected ${macBytes}`);
    }
    if (!isPlausibleDate(request.signedAt)) return { verdict: 'stale' };
    const { verdict, isMemoryLost } = await this.batch.load({ ...request, mac });
    this.keeper.noteClaim(isMemoryLost);
    this.tally.count(request.applicationId, verdict);
    return { verdict };
  }

  /**
   * A fault becomes the result of each claim and is never thrown: if the batch were tried again, a claim that was
   * committed without our knowing would be answered `replayed`, although it was the first use.
   */
  private async decide(claims: readonly Claim[]): Promise<readonly (ClaimOutcome | Error)[]> {
    try {
      const { AUTHENTICATION_SKEW_SECONDS: skewSeconds } = this.settings;
      return await decideClaims(claims, (round) => this.store.make(round, skewSeconds));
    } catch (error) {
      if (!(error instanceof Problem)) this.tally.noteFault(error);
      const refusal = new Problem('store.unavailable', 'the outcome of a claim is not known', 1);
      return claims.map(() => refusal);
    }
  }
}
