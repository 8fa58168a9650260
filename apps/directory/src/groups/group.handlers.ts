import {
  createGroup,
  deleteGroup,
  listGroups,
  type ReplyOf,
  type RequestOf,
  renameGroup,
  showGroup,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { CreateGroup } from './create-group.js';
import { DeleteGroup } from './delete-group.js';
import { ListGroups } from './list-groups.js';
import { RenameGroup } from './rename-group.js';
import { ShowGroup } from './show-group.js';

@Controller()
export class GroupHandlers {
  constructor(
    private readonly createGroup: CreateGroup,
    private readonly renameGroup: RenameGroup,
    private readonly deleteGroup: DeleteGroup,
    private readonly showGroup: ShowGroup,
    private readonly listGroups: ListGroups,
  ) {}

  @Handles(createGroup)
  create(request: RequestOf<typeof createGroup>, asked: Asked): Promise<ReplyOf<typeof createGroup>> {
    return this.createGroup.run(request, asked);
  }

  @Handles(renameGroup)
  rename(request: RequestOf<typeof renameGroup>, asked: Asked): Promise<ReplyOf<typeof renameGroup>> {
    return this.renameGroup.run(request, asked);
  }

  @Handles(deleteGroup)
  delete(request: RequestOf<typeof deleteGroup>, asked: Asked): Promise<ReplyOf<typeof deleteGroup>> {
    return this.deleteGroup.run(request, asked);
  }

  @Handles(showGroup)
  show(request: RequestOf<typeof showGroup>): Promise<ReplyOf<typeof showGroup>> {
    return this.showGroup.run(request);
  }

  @Handles(listGroups)
  list(request: RequestOf<typeof listGroups>): Promise<ReplyOf<typeof listGroups>> {
    return this.listGroups.run(request);
  }
}
