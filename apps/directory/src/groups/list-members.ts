import { listMembers, type ReplyOf, type RequestOf, uuid } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { cutPage, readCursor } from '../paging/page-cursor.js';
import { FindGroup } from './find-group.js';
import { MembershipStore } from './membership.store.js';

/** The id of the last user shown. */
const position = z.tuple([uuid]);

/** Lists the users of a group by their ids, which is the order in which they were made. */
@Controller()
export class ListMembers {
  constructor(
    private readonly findGroup: FindGroup,
    private readonly memberships: MembershipStore,
  ) {}

  @Handles(listMembers)
  async list(request: RequestOf<typeof listMembers>): Promise<ReplyOf<typeof listMembers>> {
    const [after] = readCursor(position, request.after) ?? [];
    const group = await this.findGroup.find(request);
    const found = await this.memberships.list(group.id, after, request.limit + 1);
    const { rows, ...next } = cutPage(found, request.limit, ({ id }) => [id]);
    return { users: [...rows], ...next };
  }
}
