import { exportUsers, isWellFormedText, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { messageBytes, pageBytes } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { cutPage, readCursor } from '../paging/page-cursor.js';
import { ExportStore } from './export.store.js';

/** The user id, folded, of the last user shown. */
const position = z.tuple([z.string().refine(isWellFormedText)]);

/** Hands out whole users in the order of their user ids, page by page. */
@Controller()
export class ExportUsers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: ExportStore,
  ) {}

  @Handles(exportUsers)
  async export({ realm: name, after, limit }: RequestOf<typeof exportUsers>): Promise<ReplyOf<typeof exportUsers>> {
    const realm = await this.findRealm.find(name);
    const [last] = readCursor(position, after) ?? [''];
    const found = await this.users.findAfter(realm.id, last, limit, { bytes: pageBytes, mostBytes: messageBytes });
    const fitting = found.filter(({ fits }) => fits).length;
    const { rows, ...next } = cutPage(found, fitting, ({ userKey }) => [userKey]);
    const tooLarge = rows.flatMap(({ id, userId, user }) => (user === undefined ? [{ id, userId }] : []));
    const users = rows.flatMap(({ user }) => user ?? []);
    return { users, ...(tooLarge.length === 0 ? {} : { tooLarge }), ...next };
  }
}
