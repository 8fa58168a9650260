import { randomUUID } from 'node:crypto';
import {
  createUser,
  type Profile,
  type ReplyOf,
  type resolveUser,
  type User,
  type UserChangesInput,
  type UserState,
  updateUser,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { CreateUser } from '../../apps/directory/src/users/create-user.js';
import { EraseUserRecord } from '../../apps/directory/src/users/erase-user-record.js';
import { MarkUser } from '../../apps/directory/src/users/mark-user.js';
import { RenameUser } from '../../apps/directory/src/users/rename-user.js';
import { ResolveUser } from '../../apps/directory/src/users/resolve-user.js';
import { ShowProfile, ShowUser } from '../../apps/directory/src/users/show-user.js';
import { UpdateUser } from '../../apps/directory/src/users/update-user.js';
import { asked, type OpenDirectory, only } from './open-directory.js';

type Marked = { id: string; isMarked?: boolean | undefined };
type Changes = UserChangesInput & { readonly aliases?: string[] };

export interface NamedChanges {
  readonly realm: string;
  readonly userId: string;
  readonly changes: Changes;
  readonly context?: Asked;
}

/** The users of a directory as a spec speaks of them; each ask has an idempotency key of its own unless one is given. */
export class Users {
  constructor(private readonly directory: OpenDirectory) {}

  /** Creates a user and answers the id. */
  async create(
    realm: string,
    userId: string,
    changes: UserChangesInput = {},
    { id = randomUUID() as string, context = asked() } = {},
  ): Promise<string> {
    const request = createUser.request.parse({ id, realm, userId, ...changes });
    return (await this.directory.get(CreateUser).create(request, context)).id;
  }

  update(realm: string, userId: string, changes: Changes, context: Asked = asked()): Promise<{ id: string }> {
    return only(this.updateTogether([{ realm, userId, changes, context }]));
  }

  /** @returns by position the reply, or the error that refuses the update */
  async updateTogether(updates: readonly NamedChanges[]): Promise<({ id: string } | Error)[]> {
    const requests = updates.map(({ realm, userId, changes, context = asked() }) => {
      return { request: updateUser.request.parse({ realm, userId, ...changes }), asked: context };
    });
    const replies = await this.directory.get(UpdateUser).update(requests);
    return Promise.all(replies.map((reply) => Promise.resolve(reply).catch((error: Error) => error)));
  }

  /** For applications. */
  profile(realm: string, userId: string): Promise<Profile> {
    return only(this.profiles([{ realm, userId }]));
  }

  /** @returns by position the user, or the error that refuses to show them */
  async profiles(users: readonly { readonly realm: string; readonly userId: string }[]): Promise<(Profile | Error)[]> {
    const requests = users.map((request) => ({ request, asked: asked() }));
    return Promise.all(await this.directory.get(ShowProfile).show(requests)) as Promise<(Profile | Error)[]>;
  }

  /** For people. */
  show(realm: string, userId: string): Promise<User> {
    return only(this.directory.get(ShowUser).show([{ request: { realm, userId }, asked: asked() }]));
  }

  resolve(realm: string, userId: string): Promise<ReplyOf<typeof resolveUser>> {
    return only(this.directory.get(ResolveUser).resolve([{ request: { realm, userId }, asked: asked() }]));
  }

  mark(
    realm: string,
    userId: string,
    state: UserState,
    part: { readonly id?: string; readonly from?: UserState[]; readonly reason?: string } = {},
  ): Promise<Marked> {
    return this.directory.get(MarkUser).mark({ realm, userId, state, ...part }, asked());
  }

  rename(realm: string, userId: string, newUserId: string): Promise<{ id: string }> {
    return this.directory.get(RenameUser).rename({ realm, userId, newUserId }, asked());
  }

  erase(realm: string, id: string): Promise<{ id: string }> {
    return this.directory.get(EraseUserRecord).erase({ realm, id }, asked());
  }

  /** Events about a user but for that of the creation, in their order. */
  eventsOf(id: string): Promise<readonly { readonly type: string; readonly details: unknown }[]> {
    return this.directory.administer(
      `select type, details from directory.outbox
       where target ->> 'id' = $1 and type <> 'directory.user.created' order by id`,
      [id],
    );
  }

  /** The row, with the version that PostgreSQL gave it. */
  async rowOf(id: string): Promise<Record<string, unknown> | undefined> {
    const [row] = await this.directory.administer<Record<string, unknown>>(
      'select u.*, xmin from directory.user u where id = $1',
      [id],
    );
    return row;
  }
}
