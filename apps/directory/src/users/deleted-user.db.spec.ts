import { type Actor, addMembers, createGroup, removeMembers } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ChangeMembers } from '../groups/change-members.js';
import { CreateGroup } from '../groups/create-group.js';

const directory = specDirectory();
const users = new Users(directory);

const application: Actor = { kind: 'application', id: 'a' };
const operator: Actor = { kind: 'operator', id: 'o' };

async function deletedJane(): Promise<string> {
  const { name: realm } = await directory.adopt();
  await users.create(realm, 'jane');
  await users.mark(realm, 'jane', 'deleted');
  return realm;
}

describe('a user in state deleted', () => {
  it('is unknown to an application that changes it, and there for an operator', async () => {
    const realm = await deletedJane();
    const change = (userId: string, actor: Actor) => users.update(realm, userId, { notes: 'x' }, asked({ actor }));
    for (const userId of ['jane', 'nobody'])
      await expect(change(userId, application)).rejects.toMatchObject({ code: 'user.unknown' });
    await change('jane', operator);
    expect((await users.show(realm, 'jane')).notes).toBe('x');
  });

  it('is unknown to an application that puts it into a group or takes it out, and there for an operator', async () => {
    const realm = await deletedJane();
    await directory.get(CreateGroup).create(createGroup.request.parse({ realm, group: 'staff' }), asked());
    const request = { realm, userIds: ['jane', 'nobody'], groups: ['staff'] };
    const add = (actor: Actor) => directory.get(ChangeMembers).add(addMembers.request.parse(request), asked({ actor }));
    const remove = (actor: Actor) =>
      directory.get(ChangeMembers).remove(removeMembers.request.parse(request), asked({ actor }));
    const failed = (answer: Awaited<ReturnType<typeof add>>) =>
      answer.failed.map(({ userIndex }) => request.userIds[userIndex]);
    expect(failed(await add(application))).toEqual(['jane', 'nobody']);
    expect(failed(await add(operator))).toEqual(['nobody']);
    expect(failed(await remove(application))).toEqual(['jane', 'nobody']);
    expect((await users.show(realm, 'jane')).groups).toEqual(['staff']);
  });
});
