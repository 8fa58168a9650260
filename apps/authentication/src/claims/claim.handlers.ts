import { claimRequest, type RequestOf, reportRefusals } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ClaimRequest } from './claim-request.js';
import { ReportRefusals } from './report-refusals.js';

@Controller()
export class ClaimHandlers {
  constructor(
    private readonly claimRequest: ClaimRequest,
    private readonly reportRefusals: ReportRefusals,
  ) {}

  @Handles(claimRequest)
  claim(request: RequestOf<typeof claimRequest>) {
    return this.claimRequest.run(request);
  }

  @Handles(reportRefusals)
  report(request: RequestOf<typeof reportRefusals>, asked: Asked) {
    return this.reportRefusals.run(request, asked);
  }
}
