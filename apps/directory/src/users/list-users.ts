import {
  foldName,
  isWellFormedText,
  listUsers,
  Problem,
  type ReplyOf,
  type RequestOf,
  uuid,
} from '@countersign/contracts';
import { Handles } from '@countersign/messaging/server';
import { readPage } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { mailPrefixKeyOf } from '../contacts/mail-address.policy.js';
import { shortened } from '../names/search-key.policy.js';
import { cutPage, readCursor } from '../paging/page-cursor.js';
import { rangeOfPrefix } from '../paging/prefix.policy.js';
import { type KeyRange, type ListedUser, UserListStore } from './user-list.store.js';

type Request = RequestOf<typeof listUsers>;
type Order = Request['by'];

/** A cursor names its order, so that one of another order is not taken for a place in this one. */
const position = (by: Order) => z.tuple([z.literal(by), z.string().refine(isWellFormedText), uuid]);

/** Lists users in the order of one of their keys, or those whose key begins with a prefix. */
@Controller()
export class ListUsers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserListStore,
  ) {}

  /**
   * Users without a family name, or without a mail address, are not listed by it. Users who are changed between two pages
   * may be missed or shown twice; all others are shown once. A page ends before `limit` where its users are large.
   * @throws Problem `request.malformed` for a cursor that is none of this order, and for a state beside another order
   */
  @Handles(listUsers)
  async list({ by, prefix = '', state, after, limit, realm: name }: Request): Promise<ReplyOf<typeof listUsers>> {
    if (state !== undefined && by !== 'userId')
      throw new Problem('request.malformed', `a state goes with the order userId only, found ${by}`);
    const realm = await this.findRealm.find(name);
    const cursor = readCursor(position(by), after);
    const stretch = rangeOfPrefix(foldedPrefix(by, prefix));
    if (cursor !== undefined && comesBefore(cursor[1], stretch.from))
      throw new Problem('request.malformed', 'the cursor is of a list of another prefix');
    const read = (last: ListedUser | undefined, most: number) => {
      const place =
        last === undefined ? cursor && { key: cursor[1], id: cursor[2] } : { key: last.positionKey, id: last.id };
      return this.find(by, realm.id, { ...stretch, after: place, limit: most }, state);
    };
    const found = await readPage(limit, read, (user) => Buffer.byteLength(JSON.stringify(shown(user))));
    const { rows, next } = cutPage(found.rows, found.fitting, (user) => [by, user.positionKey, user.id]);
    return { users: rows.map(shown), ...(next === undefined ? {} : { next }) };
  }

  private find(by: Order, realmId: string, range: KeyRange, state: Request['state']): Promise<ListedUser[]> {
    if (by === 'userId') return this.users.findByUserId(realmId, range, state);
    return by === 'email' ? this.users.findByEmail(realmId, range) : this.users.findByFamilyName(realmId, range);
  }
}

/** A prefix as the keys of the order are folded. */
function foldedPrefix(by: Order, prefix: string): string {
  if (by === 'email') return mailPrefixKeyOf(prefix);
  return by === 'familyName' ? shortened(foldName(prefix)) : foldName(prefix);
}

/** In the order of code points, as the keys are sorted; that of UTF-16 units differs. */
function comesBefore(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) < 0;
}

function shown({ id, userId, state, givenName, familyName, email, createdAt }: ListedUser) {
  return {
    id,
    userId,
    state,
    name: {
      ...(givenName === null ? {} : { given: givenName }),
      ...(familyName === null ? {} : { family: familyName }),
    },
    ...(email === null ? {} : { email }),
    createdAt: createdAt.toISOString(),
  };
}
