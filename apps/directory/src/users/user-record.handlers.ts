import { eraseUserRecord, extendUser, type ReplyOf, type RequestOf, renameUser } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { EraseUserRecord } from './erase-user-record.js';
import { ExtendUser } from './extend-user.js';
import { RenameUser } from './rename-user.js';

@Controller()
export class UserRecordHandlers {
  constructor(
    private readonly extendUser: ExtendUser,
    private readonly renameUser: RenameUser,
    private readonly eraseUserRecord: EraseUserRecord,
  ) {}

  @Handles(extendUser)
  extend(request: RequestOf<typeof extendUser>, asked: Asked): Promise<ReplyOf<typeof extendUser>> {
    return this.extendUser.run(request, asked);
  }

  @Handles(renameUser)
  rename(request: RequestOf<typeof renameUser>, asked: Asked): Promise<ReplyOf<typeof renameUser>> {
    return this.renameUser.run(request, asked);
  }

  @Handles(eraseUserRecord)
  erase(request: RequestOf<typeof eraseUserRecord>, asked: Asked): Promise<ReplyOf<typeof eraseUserRecord>> {
    return this.eraseUserRecord.run(request, asked);
  }
}
