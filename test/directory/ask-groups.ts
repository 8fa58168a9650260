import { randomUUID } from 'node:crypto';
import { type addMembers, foldName, type ReplyOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { ChangeMembers } from '../../apps/directory/src/groups/change-members.js';
import { CreateGroup } from '../../apps/directory/src/groups/create-group.js';
import { DeleteGroup } from '../../apps/directory/src/groups/delete-group.js';
import { ListMembers } from '../../apps/directory/src/groups/list-members.js';
import { RenameGroup } from '../../apps/directory/src/groups/rename-group.js';
import { ShowGroup } from '../../apps/directory/src/groups/show-group.js';
import { Users } from './ask-users.js';
import { asked, type OpenDirectory } from './open-directory.js';

export interface RecordedEvent {
  readonly type: string;
  readonly details: unknown;
  readonly target: { readonly kind: string; readonly id: string };
  readonly realm: string;
}

type Failed = ReplyOf<typeof addMembers>['failed'];

/** The groups of a directory as a spec speaks of them; each ask has an idempotency key of its own unless one is given. */
export class Groups {
  constructor(private readonly directory: OpenDirectory) {}

  create(realm: string, group: string, context: Asked = asked()): Promise<{ id: string }> {
    return this.directory.get(CreateGroup).create({ realm, group }, context);
  }

  rename(realm: string, group: string, newName: string, context: Asked = asked()): Promise<{ id: string }> {
    return this.directory.get(RenameGroup).rename({ realm, group, newName }, context);
  }

  delete(realm: string, group: string, context: Asked = asked()): Promise<{ id: string }> {
    return this.directory.get(DeleteGroup).delete({ realm, group }, context);
  }

  show(realm: string, group: string): Promise<{ id: string; group: string; createdAt: string }> {
    return this.directory.get(ShowGroup).show({ realm, group });
  }

  async add(realm: string, userIds: string[], groups: string[], context: Asked = asked()): Promise<Failed> {
    return (await this.directory.get(ChangeMembers).add({ realm, userIds, groups }, context)).failed;
  }

  async remove(realm: string, userIds: string[], groups: string[], context: Asked = asked()): Promise<Failed> {
    return (await this.directory.get(ChangeMembers).remove({ realm, userIds, groups }, context)).failed;
  }

  /** Makes a user and answers the id. */
  user(realm: string, userId: string): Promise<string> {
    return new Users(this.directory).create(realm, userId);
  }

  /** Makes many users at once, as no operation does, and answers their ids in the order of `userIds`. */
  async users(realm: string, userIds: readonly string[]): Promise<string[]> {
    const ids = userIds.map(() => randomUUID());
    await this.directory.administer(
      'insert into directory.user_identity (id) select id from unnest($1::uuid[]) as wanted (id)',
      [ids],
    );
    await this.directory.administer(
      `insert into directory.user (id, realm_id, user_id, user_key)
       select wanted.id, realm.id, wanted.user_id, wanted.user_key
       from unnest($2::uuid[], $3::text[], $4::text[]) as wanted (id, user_id, user_key)
       join directory.realm on realm.name = $1`,
      [realm, ids, userIds, userIds.map(foldName)],
    );
    return ids;
  }

  async groupsOf(realm: string, userId: string): Promise<readonly string[]> {
    return (await new Users(this.directory).show(realm, userId)).groups;
  }

  /** User ids of the members, all pages of them. */
  async membersOf(realm: string, group: string, limit = 1_000): Promise<readonly string[]> {
    const found: string[] = [];
    for (let after: string | undefined; ; ) {
      const { users, next } = await this.directory.get(ListMembers).list({ realm, group, after, limit });
      found.push(...users.map(({ userId }) => userId));
      if (next === undefined) return found;
      after = next;
    }
  }

  /** Events about a user or a group, in their order. */
  eventsOf(id: string): Promise<readonly RecordedEvent[]> {
    return this.directory.administer<RecordedEvent>(
      `select type, details, target, realm from directory.outbox where target ->> 'id' = $1 order by id`,
      [id],
    );
  }

  async typesOf(id: string): Promise<readonly string[]> {
    return (await this.eventsOf(id)).map(({ type }) => type.replace(/^directory\./, ''));
  }
}

/** The code with which a promise was refused, or `done`. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
}
