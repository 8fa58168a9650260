import { type ReplyOf, type RequestOf, showGroup } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { FindGroup, viewOf } from './find-group.js';

/** Shows a group. */
@Controller()
export class ShowGroup {
  constructor(private readonly findGroup: FindGroup) {}

  @Handles(showGroup)
  async show(request: RequestOf<typeof showGroup>): Promise<ReplyOf<typeof showGroup>> {
    return viewOf(await this.findGroup.find(request));
  }
}
