import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateUser } from './create-user.js';
import { MarkUser } from './mark-user.js';
import { RenameUser } from './rename-user.js';
import { ResolveUser } from './resolve-user.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

async function create(realm: string, userId: string): Promise<string> {
  const id = randomUUID();
  await directory.get(CreateUser).run({ id, realm, userId, properties: {}, knowledgeBase: {} }, asked());
  return id;
}
const lock = (realm: string, userId: string, id?: string) =>
  directory.get(MarkUser).run({ realm, userId, id, status: 'locked', from: ['active'] }, asked());
const stateOf = async (realm: string, userId: string) =>
  (await directory.get(ResolveUser).run({ realm, userId })).state;
const events = (id: string) =>
  directory.administer(`select 1 from directory.outbox where target ->> 'id' = $1 and type = 'directory.user.marked'`, [
    id,
  ]);

describe('a mark of a user by name and id', () => {
  it('is set while the name is of this id', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    expect(await lock(realm, 'Jane', id)).toEqual({ id, isMarked: true });
    expect(await lock(realm, 'jane', id)).toEqual({ id, isMarked: true });
    expect([await stateOf(realm, 'jane'), (await events(id)).length]).toEqual(['locked', 1]);
  });

  it('is not set for whoever has the name by then, not even where it is set already', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    await directory.get(RenameUser).run({ realm, userId: 'jane', newUserId: 'joan' }, asked());
    const other = await create(realm, 'jane');
    expect(await lock(realm, 'jane', id)).toEqual({ id: other, isMarked: false });
    expect([await stateOf(realm, 'jane'), await stateOf(realm, 'joan')]).toEqual(['active', 'active']);
    await lock(realm, 'jane');
    expect(await lock(realm, 'jane', id)).toEqual({ id: other, isMarked: false });
    expect([await events(id), (await events(other)).length]).toEqual([[], 1]);
  });
});
