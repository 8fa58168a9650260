import { type RequestOf, reportRefusals } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { RecordRefusals } from './record-refusals.js';

/** What gateways refused by themselves. Replays are decided, and therefore counted, by the claim: none is taken here. */
@Controller()
export class ReportRefusals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly recordRefusals: RecordRefusals,
  ) {}

  @Handles(reportRefusals)
  async report(request: RequestOf<typeof reportRefusals>, context: Asked): Promise<{ recorded: number }> {
    const refusals = request.refusals.filter(({ reason }) => reason !== 'replayed');
    const write = await this.recordRefusals.prepare(refusals, context);
    return this.unitOfWork.once(reportRefusals, context, request, async (tx) => ({ recorded: await write(tx) }));
  }
}
