import { foldName, type listGroups, type ReplyOf, type RequestOf, text } from '@countersign/contracts';
import { FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { cutPage, readCursor } from '../paging/page-cursor.js';
import { rangeOfPrefix } from '../paging/prefix-range.policy.js';
import { GroupStore } from './group.store.js';
import { viewOf } from './group-view.js';

/** The folded name of the last group shown. */
const position = z.tuple([text(512)]);

/** Lists groups by their folded names; a prefix is folded too. */
@Injectable()
export class ListGroups {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly groups: GroupStore,
  ) {}

  async run(request: RequestOf<typeof listGroups>): Promise<ReplyOf<typeof listGroups>> {
    const { id } = await this.findRealm.find(request.realm);
    const [after] = readCursor(position, request.after) ?? [];
    const range = { ...rangeOfPrefix(foldName(request.prefix ?? '')), after };
    const found = await this.groups.list(id, range, request.limit + 1);
    const { rows, ...next } = cutPage(found, request.limit, ({ groupKey }) => [groupKey]);
    return { groups: rows.map(viewOf), ...next };
  }
}
