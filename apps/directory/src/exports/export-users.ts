import { type exportUsers, isWellFormedText, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { cutPage, readCursor } from '../paging/page-cursor.js';
import { FindRealm } from '../realms/find-realm.js';
import { type ExportedRow, ExportStore } from './export.store.js';

/** Half of what NATS carries in one message: escapes of JSON and the cursor need room too. */
const pageBytes = 512 * 1024;

/** The user id, folded, of the last user shown. */
const position = z.tuple([z.string().refine(isWellFormedText)]);

/** Hands out whole users in the order of their user ids, page by page. */
@Injectable()
export class ExportUsers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: ExportStore,
  ) {}

  async run({ realm: name, after, limit }: RequestOf<typeof exportUsers>): Promise<ReplyOf<typeof exportUsers>> {
    const realm = await this.findRealm.run(name);
    const [last] = readCursor(position, after) ?? [''];
    const found = await this.users.findAfter(realm.id, last, limit, pageBytes);
    const fitting = found.filter(({ fits }) => fits).length;
    const { rows, ...next } = cutPage(found, fitting, ({ userKey }) => [userKey]);
    return { users: rows.map(handedOut), ...next };
  }
}

function handedOut({ id, userId, status, properties, questions, extendedProperties, groups }: ExportedRow) {
  return {
    id,
    userId,
    status,
    properties: { ...properties },
    questions: { ...questions },
    extendedProperties: { ...extendedProperties },
    groups: [...groups],
  };
}
