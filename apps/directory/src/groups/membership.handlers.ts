import { addMembers, listMembers, type ReplyOf, type RequestOf, removeMembers } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { AddMembers } from './add-members.js';
import { ListMembers } from './list-members.js';
import { RemoveMembers } from './remove-members.js';

@Controller()
export class MembershipHandlers {
  constructor(
    private readonly addMembers: AddMembers,
    private readonly removeMembers: RemoveMembers,
    private readonly listMembers: ListMembers,
  ) {}

  @Handles(addMembers)
  add(request: RequestOf<typeof addMembers>, asked: Asked): Promise<ReplyOf<typeof addMembers>> {
    return this.addMembers.run(request, asked);
  }

  @Handles(removeMembers)
  remove(request: RequestOf<typeof removeMembers>, asked: Asked): Promise<ReplyOf<typeof removeMembers>> {
    return this.removeMembers.run(request, asked);
  }

  @Handles(listMembers)
  list(request: RequestOf<typeof listMembers>): Promise<ReplyOf<typeof listMembers>> {
    return this.listMembers.run(request);
  }
}
