import { Reseal, ShowKeyRing } from '@countersign/sealed-rows';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Users } from '../../../test/directory/ask-users.js';
import { specDirectory } from '../../../test/directory/open-directory.js';

const directory = specDirectory();
let realm: string;
const users = Array.from({ length: 220 }, (_, index) => `user ${index}`);

beforeAll(async () => {
  realm = (await directory.adopt()).name;
  await directory.get(Reseal).run();
  await Promise.all(users.map((userId) => create(userId, userId)));
});

const create = (userId: string, pin: string) => new Users(directory).create(realm, userId, { pin });
const pinOf = async (userId: string) => (await new Users(directory).profile(realm, userId)).pin;
const change = (userId: string, pin: string) => new Users(directory).update(realm, userId, { pin });
const reseal = () => directory.get(Reseal).run();
const shown = () => directory.get(ShowKeyRing).show();
const told = () =>
  directory.administer<{ details: unknown }>(
    `select details from directory.outbox where type = 'directory.key-ring.resealed' order by id`,
  );

describe('the key ring of the directory (guarantee G5)', () => {
  it('says how many values each key guards', async () => {
    const currentKeyId = directory.keyRing.current().currentKeyId;
    expect(await shown()).toEqual({
      currentKeyId,
      sealed: [{ keyId: currentKeyId, count: users.length, isInRing: true }],
    });
    expect(await told()).toEqual([]);
  });

  it('once rotated seals everything again, beside users who change theirs, and loses no change', async () => {
    directory.keyRing.rotate();
    const keyId = directory.keyRing.current().currentKeyId;
    const answers = users.length + 1; // of their creations, and of the realm's adoption
    expect((await shown()).sealed).toEqual([
      { keyId: expect.any(String), count: users.length + answers, isInRing: true },
    ]);
    const changed = users.filter((_, index) => index % 3 === 0);
    const walks = [reseal(), reseal(), reseal()];
    await Promise.all([...walks, ...changed.map((userId) => change(userId, `new ${userId}`))]);
    await reseal();
    const pins = await Promise.all(users.map(pinOf));
    expect(pins).toEqual(users.map((userId, index) => (index % 3 === 0 ? `new ${userId}` : userId)));
    expect(await shown()).toEqual({ currentKeyId: keyId, sealed: [{ keyId, count: users.length, isInRing: true }] });
    expect(await told()).toEqual([{ details: { keyId, count: users.length } }]);
    expect(await reseal()).toEqual({ resealed: 0, unopened: 0 });
  });

  it('leaves alone what it cannot open, goes on with the rest, and tells of no end', async () => {
    await directory.administer(
      `update directory.user set sealed_secrets = set_byte(sealed_secrets, length(sealed_secrets) - 1,
         (get_byte(sealed_secrets, length(sealed_secrets) - 1) + 1) % 256) where user_key = 'user 7'`,
    );
    directory.keyRing.rotate();
    const answers = users.length + users.filter((_, index) => index % 3 === 0).length + 1;
    expect(await reseal()).toEqual({ resealed: users.length - 1 + answers, unopened: 1 });
    expect((await shown()).sealed.map(({ count }) => count).sort()).toEqual([1, users.length - 1].sort());
    expect(await told()).toHaveLength(1);
    expect(await pinOf('user 8')).toBe('user 8');
  });

  it('that lacks a key refuses to show and to change what that key sealed, and says which is missing', async () => {
    directory.keyRing.replace();
    await expect(pinOf('user 1')).rejects.toMatchObject({ code: 'key_ring.key_unknown' });
    await expect(change('user 1', 'x')).rejects.toMatchObject({ code: 'key_ring.key_unknown' });
    expect((await shown()).sealed.every(({ isInRing }) => !isInRing)).toBe(true);
  });
});
