import { Messenger } from '@countersign/messaging';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { RecordRefusals } from './record-refusals.js';
import { ReplayTally } from './replay-tally.js';

/** Tells the trail of replays, summed up by application. Run each minute, and once more when the service ends. */
@Injectable()
export class ReportReplays {
  constructor(
    private readonly tally: ReplayTally,
    private readonly unitOfWork: UnitOfWork,
    private readonly recordRefusals: RecordRefusals,
    private readonly messenger: Messenger,
  ) {}

  async run(): Promise<void> {
    const counts = this.tally.take();
    if (counts.size === 0) return;
    const refusals = [...counts].map(([applicationId, count]) => ({
      applicationId,
      reason: 'replayed' as const,
      count,
    }));
    try {
      const write = await this.recordRefusals.prepare(refusals, this.messenger.newContext());
      await this.unitOfWork.run(write);
    } catch (error) {
      this.tally.putBack(counts);
      throw error;
    }
  }
}
