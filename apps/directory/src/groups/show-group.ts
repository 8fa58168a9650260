import type { ReplyOf, RequestOf, showGroup } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import { FindGroup } from './find-group.js';
import { viewOf } from './group-view.js';

/** Shows a group. */
@Injectable()
export class ShowGroup {
  constructor(private readonly findGroup: FindGroup) {}

  async run(request: RequestOf<typeof showGroup>): Promise<ReplyOf<typeof showGroup>> {
    return viewOf(await this.findGroup.run(request));
  }
}
