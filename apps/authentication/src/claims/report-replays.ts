import { Messenger } from '@countersign/messaging';
import { UnitOfWork, unbounded } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { ClaimTally } from './claim-tally.js';
import { RecordRefusals } from './record-refusals.js';

/** Tells the trail of replays, summed up by application. Run each minute, and once more when the service ends. */
@Injectable()
export class ReportReplays {
  constructor(
    private readonly tally: ClaimTally,
    private readonly unitOfWork: UnitOfWork,
    private readonly recordRefusals: RecordRefusals,
    private readonly messenger: Messenger,
  ) {}

  async report(): Promise<void> {
    const counts = this.tally.takeReplays();
    if (counts.size === 0) return;
    const refusals = [...counts].map(([applicationId, count]) => ({
      applicationId,
      reason: 'replayed' as const,
      count,
    }));
    try {
      const write = await this.recordRefusals.prepare(refusals, this.messenger.newContext());
      await this.unitOfWork.run(unbounded, write);
    } catch (error) {
      this.tally.putBackReplays(counts);
      throw error;
    }
  }
}
