import { addMember, createGroup, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { type Asked, Handles } from '@countersign/messaging';
import { Controller } from '@nestjs/common';
import { AddMember } from './add-member.js';
import { CreateGroup } from './create-group.js';

@Controller()
export class GroupHandlers {
  constructor(
    private readonly createGroup: CreateGroup,
    private readonly addMember: AddMember,
  ) {}

  @Handles(createGroup)
  create(request: RequestOf<typeof createGroup>, asked: Asked): Promise<ReplyOf<typeof createGroup>> {
    return this.createGroup.run(request, asked);
  }

  @Handles(addMember)
  add(request: RequestOf<typeof addMember>, asked: Asked): Promise<ReplyOf<typeof addMember>> {
    return this.addMember.run(request, asked);
  }
}
