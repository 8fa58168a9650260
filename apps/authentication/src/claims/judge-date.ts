import { judgeDate, type RequestOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ClaimKeeper } from './claim-keeper.js';

/** Lets a gateway tell whether a request that it finds fresh would be admitted. */
@Controller()
export class JudgeDate {
  constructor(private readonly keeper: ClaimKeeper) {}

  @Handles(judgeDate)
  async judge({ signedAt }: RequestOf<typeof judgeDate>): Promise<{ isClaimable: boolean }> {
    return { isClaimable: await this.keeper.judgesDate(signedAt) };
  }
}
