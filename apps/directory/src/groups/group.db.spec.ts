import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateUser } from '../users/create-user.js';
import { ShowUser } from '../users/show-user.js';
import { AddMember } from './add-member.js';
import { CreateGroup } from './create-group.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

async function realmWithJane(): Promise<{ realm: string; id: string }> {
  const { name: realm } = await directory.adopt();
  const id = randomUUID();
  await directory.get(CreateUser).run({ id, realm, userId: 'jane', properties: {}, knowledgeBase: {} }, asked());
  return { realm, id };
}
const create = (realm: string, group: string) => directory.get(CreateGroup).run({ realm, group }, asked());
const add = (realm: string, group: string, userId: string) =>
  directory.get(AddMember).run({ realm, group, userId }, asked());
const groupsOf = async (realm: string) => (await directory.get(ShowUser).run({ realm, userId: 'jane' })).groups;
const eventsOf = (id: string, type: string) =>
  directory.administer('select 1 from directory.outbox where target ->> $3 = $1 and type = $2', [id, type, 'id']);

describe('a group', () => {
  it('is made once a name as compared, with an event', async () => {
    const { realm } = await realmWithJane();
    const { id } = await create(realm, 'SharePoint Visitors');
    await expect(create(realm, 'sharepoint visitors')).rejects.toMatchObject({ code: 'group.exists' });
    expect(await eventsOf(id, 'directory.group.created')).toHaveLength(1);
  });

  it.each(['', '  ', 'a\nb', 'Staff ', 'Staff\u200b', '\u202effatS'])(
    'needs a name that is seen as it is: %j',
    async (group) => {
      const { realm } = await realmWithJane();
      await expect(create(realm, group)).rejects.toMatchObject({ code: 'request.malformed' });
    },
  );
});

describe('a membership', () => {
  it('begins once, with one event, whoever asks how often', async () => {
    const { realm, id } = await realmWithJane();
    await create(realm, 'SharePoint Visitors');
    await Promise.all(Array.from({ length: 10 }, () => add(realm, 'sharepoint VISITORS', 'JANE')));
    expect(await groupsOf(realm)).toEqual(['SharePoint Visitors']);
    expect(await eventsOf(id, 'directory.membership.added')).toHaveLength(1);
  });

  it('needs a user and a group of the same realm', async () => {
    const [one, other] = [await realmWithJane(), await realmWithJane()];
    await create(other.realm, 'Staff');
    await expect(add(one.realm, 'Staff', 'jane')).rejects.toMatchObject({ code: 'group.unknown' });
    await expect(add(other.realm, 'Staff', 'nobody')).rejects.toMatchObject({ code: 'user.unknown' });
    await create(one.realm, 'Staff');
    await add(one.realm, 'Staff', 'jane');
    expect([await groupsOf(one.realm), await groupsOf(other.realm)]).toEqual([['Staff'], []]);
  });

  it('cannot cross realms, whatever a faulty statement tried', async () => {
    const [one, other] = [await realmWithJane(), await realmWithJane()];
    const { id: group } = await create(other.realm, 'Staff');
    for (const realm of [one.realm, other.realm]) {
      const crossing = directory.database.query(
        `insert into directory.membership (user_uuid, group_uuid, realm_id) select $1, $2, id from directory.realm where name = $3`,
        [one.id, group, realm],
      );
      await expect(crossing).rejects.toMatchObject({ code: '23503' });
    }
  });
});
