import { type exportUsers, isWellFormedText, type ReplyOf, type RequestOf } from '@countersign/contracts';
import { FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { messageBytes, pageBytes } from '../paging/page-bytes.js';
import { cutPage, readCursor } from '../paging/page-cursor.js';
import { type ExportedRow, ExportStore } from './export.store.js';

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
    const realm = await this.findRealm.find(name);
    const [last] = readCursor(position, after) ?? [''];
    const found = await this.users.findAfter(realm.id, last, limit, { bytes: pageBytes, mostBytes: messageBytes });
    const fitting = found.filter(({ fits }) => fits).length;
    const { rows, ...next } = cutPage(found, fitting, ({ userKey }) => [userKey]);
    const tooLarge = rows.flatMap(({ id, userId, values }) => (values === undefined ? [{ id, userId }] : []));
    return { users: rows.flatMap(handedOut), ...(tooLarge.length === 0 ? {} : { tooLarge }), ...next };
  }
}

function handedOut({ id, userId, status, values }: ExportedRow) {
  if (values === undefined) return [];
  const { properties, questions, extendedProperties, groups } = values;
  return [
    {
      id,
      userId,
      status,
      properties: { ...properties },
      questions: { ...questions },
      extendedProperties: { ...extendedProperties },
      groups: [...groups],
    },
  ];
}
