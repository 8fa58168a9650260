import { randomUUID } from 'node:crypto';
import type { UserStatus } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateUser } from './create-user.js';
import { MarkUser } from './mark-user.js';
import { ShowProfile } from './show-profile.js';
import { UpdateUser } from './update-user.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

type Changes = {
  properties?: Record<string, string>;
  knowledgeBase?: Record<string, { question: string; answer: string }>;
};

async function jane(profile: 'compat' | 'strict' = 'compat'): Promise<{ id: string; realm: string }> {
  const { name: realm } = await directory.adopt(profile);
  const id = randomUUID();
  const properties = { firstName: 'Jane', phone1: '123', pinHash: '4711' };
  const knowledgeBase = { kbq1: { question: 'Pet?', answer: 'Rex' } };
  await directory.get(CreateUser).run({ id, realm, userId: 'jane', properties, knowledgeBase }, asked());
  return { id, realm };
}
const update = (realm: string, changes: Changes, userId = 'jane') =>
  directory.get(UpdateUser).run({ realm, userId, properties: {}, knowledgeBase: {}, ...changes }, asked());
const show = (realm: string) => directory.get(ShowProfile).run({ realm, userId: 'jane' });
const eventsOf = (id: string) =>
  directory.administer<{ type: string; details: unknown }>(
    `select type, details from directory.outbox where target ->> 'id' = $1 and type <> 'directory.user.created' order by id`,
    [id],
  );
const rowOf = async (id: string) =>
  (await directory.administer('select u.*, xmin from directory.user u where id = $1', [id]))[0];

describe('an update (secureauth C.2)', () => {
  it('sets what is given, clears what is empty, leaves the rest, and tells the names', async () => {
    const { id, realm } = await jane();
    const changes = {
      properties: { firstName: 'Joan', lastName: 'Doe', phone1: '', email4: '' },
      knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Tom' }, kbq6: { question: 'City?', answer: 'Rom' } },
    };
    expect(await update(realm, changes, 'JANE')).toEqual({ id });
    const shown = await show(realm);
    expect(Object.fromEntries(Object.entries(shown.properties).map(([key, { value }]) => [key, value]))).toEqual({
      firstName: 'Joan',
      lastName: 'Doe',
      pinHash: '4711',
    });
    expect(shown.knowledgeBase).toEqual(changes.knowledgeBase);
    expect(await eventsOf(id)).toEqual([
      {
        type: 'directory.user.updated',
        details: { set: ['firstName', 'kbq1', 'kbq6', 'lastName'], cleared: ['phone1'] },
      },
    ]);
  });

  it('with an empty pinHash takes the PIN away, and an empty question takes question and answer away', async () => {
    const { id, realm } = await jane();
    await update(realm, { properties: { pinHash: '' }, knowledgeBase: { kbq1: { question: '', answer: '' } } });
    const shown = await show(realm);
    expect([shown.properties.pinHash, shown.knowledgeBase]).toEqual([undefined, {}]);
    expect(await rowOf(id)).toMatchObject({ sealed_secrets: null, sealed_key_id: null });
    expect(await eventsOf(id)).toMatchObject([{ details: { set: [], cleared: ['kbq1', 'pinHash'] } }]);
  });

  it('that changes nothing succeeds, touches no row and is no event', async () => {
    const { id, realm } = await jane();
    const before = await rowOf(id);
    for (const changes of [
      {},
      { properties: { firstName: 'Jane', pinHash: '4711', lastName: '' } },
      { knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' } } },
    ]) {
      expect(await update(realm, changes)).toEqual({ id });
    }
    expect(await rowOf(id)).toEqual(before);
    expect(await eventsOf(id)).toEqual([]);
  });

  it.each([
    ['user.email_invalid', { properties: { firstName: 'X', email1: 'x' } }],
    [
      'user.property_invalid',
      { properties: { firstName: 'X' }, knowledgeBase: { kbq2: { question: '', answer: 'x' } } },
    ],
  ])('that is refused with %s applies nothing', async (code, changes) => {
    const { id, realm } = await jane();
    const before = await rowOf(id);
    await expect(update(realm, changes as Changes)).rejects.toMatchObject({ code });
    expect(await rowOf(id)).toEqual(before);
    expect(await eventsOf(id)).toEqual([]);
  });

  it('in a strict realm keeps a new PIN as a new hash, and an empty one clears', async () => {
    const { id, realm } = await jane('strict');
    await update(realm, { properties: { pinHash: '4711' } });
    expect(await eventsOf(id)).toMatchObject([{ details: { set: ['pinHash'], cleared: [] } }]);
    await update(realm, { properties: { pinHash: '' }, knowledgeBase: { kbq1: { question: '', answer: '' } } });
    expect(await rowOf(id)).toMatchObject({ sealed_secrets: null });
  });

  it('of nobody, or of a user of another realm, is refused', async () => {
    const [{ realm }, other] = [await jane(), await directory.adopt()];
    await expect(update(other.name, { properties: { firstName: 'X' } })).rejects.toMatchObject({
      code: 'user.unknown',
    });
    await expect(update(realm, {}, 'nobody')).rejects.toMatchObject({ code: 'user.unknown' });
    await expect(update('no-such-realm', {})).rejects.toMatchObject({ code: 'realm.unknown' });
  });

  it('changes the user of its realm only, where another realm has the same user id', async () => {
    const [one, other] = [await jane(), await jane()];
    const before = await rowOf(other.id);
    await update(one.realm, { properties: { firstName: 'Joan', pinHash: '1' } });
    await directory.get(MarkUser).run({ realm: one.realm, userId: 'jane', status: 'locked' }, asked());
    expect(await rowOf(other.id)).toEqual(before);
  });

  it('is not lost to another one of the same moment', async () => {
    const { id, realm } = await jane();
    const keys = Array.from({ length: 10 }, (_, index) => `auxId${index + 1}`);
    await Promise.all([
      ...keys.map((key) => update(realm, { properties: { [key]: key } })),
      update(realm, { properties: { pinHash: '1' } }),
      update(realm, { knowledgeBase: { kbq2: { question: 'q', answer: 'a' } } }),
    ]);
    const shown = await show(realm);
    for (const key of keys) expect(shown.properties[key]?.value).toBe(key);
    expect([shown.properties.pinHash?.value, shown.knowledgeBase.kbq2?.answer]).toEqual(['1', 'a']);
    expect(await eventsOf(id)).toHaveLength(12);
  });

  it('asked twice under one key is made once', async () => {
    const { id, realm } = await jane();
    const context = asked();
    const request = { realm, userId: 'jane', properties: { firstName: 'Joan' }, knowledgeBase: {} };
    await Promise.all([1, 2, 3].map(() => directory.get(UpdateUser).run(request, context)));
    await update(realm, { properties: { firstName: 'Jill' } });
    await directory.get(UpdateUser).run(request, context);
    expect((await show(realm)).properties.firstName?.value).toBe('Jill');
    expect(await eventsOf(id)).toHaveLength(2);
  });
});

describe('the status of a user', () => {
  it('is set with an event; the status that a user has already is none', async () => {
    const { id, realm } = await jane();
    const mark = () => directory.get(MarkUser).run({ realm, userId: 'JANE', status: 'locked' }, asked());
    expect(await mark()).toEqual({ id, isMarked: true });
    expect(await mark()).toEqual({ id, isMarked: true });
    expect((await show(realm)).state).toBe('locked');
    expect(await eventsOf(id)).toEqual([{ type: 'directory.user.marked', details: { status: 'locked' } }]);
  });

  it('is left alone where it is none of those that the asker goes by', async () => {
    const { id, realm } = await jane();
    const mark = (status: UserStatus, from?: UserStatus[]) =>
      directory.get(MarkUser).run({ realm, userId: 'jane', status, ...(from && { from }) }, asked());
    await mark('disabled');
    expect(await mark('active', ['password_expired'])).toEqual({ id, isMarked: false });
    expect(await mark('disabled', ['active'])).toEqual({ id, isMarked: true });
    expect((await show(realm)).state).toBe('disabled');
    expect(await mark('locked', ['active', 'disabled'])).toEqual({ id, isMarked: true });
    expect((await eventsOf(id)).map(({ details }) => details)).toEqual([{ status: 'disabled' }, { status: 'locked' }]);
  });

  it('set by an operator stands, whoever marks on the strength of an earlier one at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { realm } = await jane();
      const mark = (status: UserStatus, from?: UserStatus[]) =>
        directory.get(MarkUser).run({ realm, userId: 'jane', status, ...(from && { from }) }, asked());
      const lock = () => mark('locked', ['active', 'password_expired']);
      await Promise.all([lock(), lock(), mark('disabled'), lock(), lock()]);
      expect((await show(realm)).state).toBe('disabled');
    }
  });
});
