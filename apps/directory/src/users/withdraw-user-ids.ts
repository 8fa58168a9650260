import { type ReplyOf, type RequestOf, withdrawUserIds } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { UnitOfWork } from '@countersign/persistence';
import { Controller } from '@nestjs/common';
import { UserStore } from './user.store.js';

/** Settles reserved ids: those that are not users now never become users. No user changes, so there is no event. */
@Controller()
export class WithdrawUserIds {
  constructor(
    private readonly users: UserStore,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Handles(withdrawUserIds)
  withdraw(request: RequestOf<typeof withdrawUserIds>, asked: Asked): Promise<ReplyOf<typeof withdrawUserIds>> {
    return this.unitOfWork.once(withdrawUserIds, asked, request, async (tx) => ({
      existing: await this.users.withdrawIds(tx, request.ids),
    }));
  }
}
