import { Injectable } from '@nestjs/common';

/** Replays seen since they were last reported, by application. Counted here, where they are decided. */
@Injectable()
export class ReplayTally {
  private counts = new Map<string, number>();

  add(applicationId: string): void {
    this.counts.set(applicationId, (this.counts.get(applicationId) ?? 0) + 1);
  }

  /** Hands over what was counted and begins anew. */
  take(): ReadonlyMap<string, number> {
    const taken = this.counts;
    this.counts = new Map();
    return taken;
  }

  /** Puts back what could not be reported. */
  putBack(counts: ReadonlyMap<string, number>): void {
    for (const [applicationId, count] of counts) {
      this.counts.set(applicationId, (this.counts.get(applicationId) ?? 0) + count);
    }
  }
}
