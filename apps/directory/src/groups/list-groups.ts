import { foldName, listGroups, type ReplyOf, type RequestOf, text } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { cutPage, readCursor } from '../paging/page-cursor.js';
import { rangeOfPrefix } from '../paging/prefix.policy.js';
import { viewOf } from './find-group.js';
import { GroupStore } from './group.store.js';

/** The folded name of the last group shown. */
const position = z.tuple([text(512)]);

/** Lists groups by their folded names; a prefix is folded too. */
@Controller()
export class ListGroups {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly groups: GroupStore,
  ) {}

  @Handles(listGroups)
  async list(request: RequestOf<typeof listGroups>): Promise<ReplyOf<typeof listGroups>> {
    const { id } = await this.findRealm.find(request.realm);
    const [after] = readCursor(position, request.after) ?? [];
    const range = { ...rangeOfPrefix(foldName(request.prefix ?? '')), after };
    const found = await this.groups.list(id, range, request.limit + 1);
    const { rows, ...next } = cutPage(found, request.limit, ({ groupKey }) => [groupKey]);
    return { groups: rows.map(viewOf), ...next };
  }
}
