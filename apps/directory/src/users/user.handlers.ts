import {
  createUser,
  markUser,
  type ReplyOf,
  type RequestOf,
  updateUser,
  withdrawUserIds,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { CreateUser } from './create-user.js';
import { MarkUser } from './mark-user.js';
import { UpdateUser } from './update-user.js';
import { WithdrawUserIds } from './withdraw-user-ids.js';

@Controller()
export class UserHandlers {
  constructor(
    private readonly createUser: CreateUser,
    private readonly updateUser: UpdateUser,
    private readonly markUser: MarkUser,
    private readonly withdrawUserIds: WithdrawUserIds,
  ) {}

  @Handles(createUser)
  create(request: RequestOf<typeof createUser>, asked: Asked): Promise<ReplyOf<typeof createUser>> {
    return this.createUser.run(request, asked);
  }

  @Handles(updateUser)
  update(request: RequestOf<typeof updateUser>, asked: Asked): Promise<ReplyOf<typeof updateUser>> {
    return this.updateUser.run(request, asked);
  }

  @Handles(markUser)
  mark(request: RequestOf<typeof markUser>, asked: Asked): Promise<ReplyOf<typeof markUser>> {
    return this.markUser.run(request, asked);
  }

  @Handles(withdrawUserIds)
  withdraw(request: RequestOf<typeof withdrawUserIds>, asked: Asked): Promise<ReplyOf<typeof withdrawUserIds>> {
    return this.withdrawUserIds.run(request, asked);
  }
}
