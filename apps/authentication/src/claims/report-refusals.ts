import { type RequestOf, reportRefusals } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { RecordRefusals } from './record-refusals.js';

/** What gateways refused by themselves. Replays are decided, and therefore counted, by the claim: none is taken here. */
@Injectable()
export class ReportRefusals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly recordRefusals: RecordRefusals,
  ) {}

  async run(request: RequestOf<typeof reportRefusals>, asked: Asked): Promise<{ recorded: number }> {
    const refusals = request.refusals.filter(({ reason }) => reason !== 'replayed');
    const write = await this.recordRefusals.prepare(refusals, asked);
    return this.unitOfWork.once(reportRefusals, asked, request, async (tx) => ({ recorded: await write(tx) }));
  }
}
