import { randomUUID } from 'node:crypto';
import { importUserRecords, userStates } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ImportUserRecords } from '../imports/import-user-records.js';

const directory = specDirectory();
const users = new Users(directory);

const lock = (realm: string, userId: string, id?: string) =>
  users.mark(realm, userId, 'locked', { from: ['active'], ...(id !== undefined && { id }) });
const stateOf = async (realm: string, userId: string) => (await users.resolve(realm, userId)).state;
const events = (id: string) =>
  directory.administer(`select 1 from directory.outbox where target ->> 'id' = $1 and type = 'directory.user.marked'`, [
    id,
  ]);

describe('a mark of a user by name and id', () => {
  it('is set while the name is of this id', async () => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane');
    expect(await lock(realm, 'Jane', id)).toEqual({ id, isMarked: true });
    expect(await lock(realm, 'jane', id)).toEqual({ id, isMarked: true });
    expect([await stateOf(realm, 'jane'), (await events(id)).length]).toEqual(['locked', 1]);
  });

  it('is not set for a later user of that name, not even where it is set already', async () => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane');
    await users.rename(realm, 'jane', 'joan');
    const other = await users.create(realm, 'jane');
    expect(await lock(realm, 'jane', id)).toEqual({ id: other, isMarked: false });
    expect([await stateOf(realm, 'jane'), await stateOf(realm, 'joan')]).toEqual(['active', 'active']);
    await lock(realm, 'jane');
    expect(await lock(realm, 'jane', id)).toEqual({ id: other, isMarked: false });
    expect([await events(id), (await events(other)).length]).toEqual([[], 1]);
  });
});

describe('a state of a user', () => {
  it.each(userStates)('may be any of the contract: %s, with its time and reason', async (state) => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane');
    const before = await users.show(realm, 'jane');
    expect(before).toMatchObject({ state: 'active', activatedAt: before.createdAt, stateChangedAt: before.createdAt });
    expect(before.stateReason).toBeUndefined();
    expect(await users.mark(realm, 'jane', state, { reason: 'for a spec' })).toEqual({ id, isMarked: true });
    const after = await users.show(realm, 'jane');
    expect(after).toMatchObject({ state, stateReason: 'for a spec', activatedAt: before.activatedAt });
    expect(after.stateChangedAt > before.stateChangedAt).toBe(true);
    expect(await users.eventsOf(id)).toEqual([{ type: 'directory.user.marked', details: { state } }]);
  });

  it('loses its reason with the next state, and for another reason is another one', async () => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane');
    await users.mark(realm, 'jane', 'disabled', { reason: 'left' });
    await users.mark(realm, 'jane', 'disabled');
    expect((await users.show(realm, 'jane')).stateReason).toBe('left');
    await users.mark(realm, 'jane', 'disabled', { reason: 'on leave' });
    expect((await users.show(realm, 'jane')).stateReason).toBe('on leave');
    await users.mark(realm, 'jane', 'active');
    expect((await users.show(realm, 'jane')).stateReason).toBeUndefined();
    expect(await users.eventsOf(id)).toHaveLength(3);
  });

  it('is activated once, when it is first active', async () => {
    const { name: realm } = await directory.adopt();
    const request = importUserRecords.request.parse({
      realm,
      users: [{ id: randomUUID(), userId: 'jane', state: 'pending' }],
    });
    await directory.get(ImportUserRecords).import(request, asked());
    expect((await users.show(realm, 'jane')).activatedAt).toBeUndefined();
    await users.mark(realm, 'jane', 'active');
    const { activatedAt, stateChangedAt } = await users.show(realm, 'jane');
    expect(activatedAt).toBe(stateChangedAt);
    await users.mark(realm, 'jane', 'suspended');
    await users.mark(realm, 'jane', 'active');
    expect((await users.show(realm, 'jane')).activatedAt).toBe(activatedAt);
  });
});
