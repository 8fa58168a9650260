import { createUser, withdrawUserIds } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { asked, codeOf } from '../../../../test/authentication/open-authentication.js';
import { better, good, peopleOf } from '../../../../test/authentication/people.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { SettleReservations } from '../passwords/settle-reservations.js';
import { FindRealm } from '../realms/find-realm.js';

const spec = specService({ poolSize: 8 });
const { register, reset, change, erase, credentials, kept, sweep } = peopleOf(spec);

describe('registering a user', () => {
  it('leaves a user with a password, and one event', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    expect([await credentials(id), await spec.count('reservation')]).toMatchObject([[{ version: 1 }], 0]);
    expect(await spec.eventsOf(id)).toEqual([{ type: 'authentication.password.set', details: { cause: 'created' } }]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
  });

  it.each([
    ['short', 'too_short'],
    ['password', 'common'],
  ])('with a refused password (%s) leaves nothing behind and hashes nothing', async (password, fault) => {
    const realm = await spec.realm();
    const before = [await kept(), spec.hasher.hashes, spec.directory.asks.length];
    await expect(register(realm, 'jdoe', password)).rejects.toMatchObject({ code: 'password.refused', detail: fault });
    expect([await kept(), spec.hasher.hashes, spec.directory.asks.length]).toEqual(before);
  });

  it('in a strict realm demands 15 characters', async () => {
    const realm = await spec.realm('strict');
    expect(await codeOf(register(realm, 'jdoe', 'abcdefgh-1jklm'))).toBe('password.refused');
    expect(await codeOf(register(realm, 'jdoe', 'abcdefgh-1jklmn'))).toBe('done');
  });

  it('that the directory refuses leaves nothing behind, also when it is asked again with the same key', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    const before = await kept();
    const context = asked();
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('user.exists');
    expect(await kept()).toEqual(before);
    spec.directory.user(realm, 'jdoe').userId = 'renamed';
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('user.exists');
    expect(await kept()).toEqual(before);
    expect(await codeOf(register(realm, 'jdoe'))).toBe('done');
  });

  it('that the directory cannot do just now is done by asking again with the same key', async () => {
    const realm = await spec.realm();
    const [context, [credentialCount]] = [asked(), await kept()];
    spec.directory.fail(createUser, 'before', 'password.hashing_overloaded');
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('password.hashing_overloaded');
    expect(await kept()).toEqual([credentialCount + 1, 1]);
    const { id } = await register(realm, 'jdoe', good, context);
    expect(await kept()).toEqual([credentialCount + 1, 0]);
    expect([await credentials(id), await codeOf(change(realm, 'jdoe', good))]).toMatchObject([
      [{ version: 1 }],
      'done',
    ]);
  });

  it('asked again with the same key makes one user under one id', async () => {
    const realm = await spec.realm();
    const context = asked();
    spec.directory.fail(createUser, 'after');
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('bus.deadline');
    const [one, two] = await Promise.all([
      register(realm, 'jdoe', good, context),
      register(realm, 'jdoe', good, context),
    ]);
    expect(one).toEqual({ id: spec.directory.user(realm, 'jdoe').id });
    expect(two).toEqual(one);
    expect(await spec.eventsOf(one.id)).toHaveLength(1);
    expect(await codeOf(register(realm, 'jdoe', better, context))).toBe('request.key_reused');
  });
});

describe('a registration of which the end was not heard', () => {
  it('before the directory worked ends as nothing', async () => {
    const realm = await spec.realm();
    const [credentialCount, reservationCount] = await kept();
    spec.directory.fail(createUser, 'before');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('bus.deadline');
    expect(await kept()).toEqual([credentialCount + 1, reservationCount + 1]);
    await sweep();
    expect(await kept()).toEqual([credentialCount, 0]);
    expect(await codeOf(register(realm, 'jdoe'))).toBe('done');
  });

  it('and that the sweep has given up is done by asking again, under another id, once', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    for (const code of ['bus.deadline', 'password.hashing_overloaded'] as const) {
      spec.directory.fail(createUser, 'before', code);
      expect(await codeOf(register(realm, 'jdoe', good, context))).toBe(code);
      await sweep();
    }
    const [credentialCount] = await kept();
    const runs = await Promise.all([1, 2].map(() => register(realm, 'jdoe', good, context)));
    expect(runs).toEqual([1, 2].map(() => ({ id: spec.directory.user(realm, 'jdoe').id })));
    expect(await kept()).toEqual([credentialCount + 1, 0]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
  });

  it('and that the sweep has given up is refused as often as it is asked, when the name was given away', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    spec.directory.fail(createUser, 'before');
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('bus.deadline');
    await sweep();
    await register(realm, 'jdoe');
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('user.exists');
    spec.directory.user(realm, 'jdoe').userId = 'renamed';
    const before = await kept();
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('user.exists');
    expect(await kept()).toEqual(before);
  });

  it('after the directory worked ends as a user with a password, who can use it meanwhile', async () => {
    const realm = await spec.realm();
    spec.directory.fail(createUser, 'after');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('bus.deadline');
    const { id } = spec.directory.user(realm, 'jdoe');
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(await codeOf(reset(realm, 'jdoe', good))).toBe('done');
    await sweep();
    expect([await credentials(id), await spec.count('reservation')]).toMatchObject([[{ version: 3 }], 0]);
    expect((await spec.eventsOf(id)).map(({ details }) => details)).toContainEqual({ cause: 'created' });
  });

  it('is settled once, by however many replicas at once', async () => {
    const realm = await spec.realm();
    spec.directory.fail(createUser, 'after');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('bus.deadline');
    const other = await spec.replica();
    await Promise.all([sweep(), sweep(), other.get(SettleReservations).sweep()]);
    expect(await spec.eventsOf(spec.directory.user(realm, 'jdoe').id)).toHaveLength(1);
  });

  it('and whose user was erased meanwhile leaves no password, and no news of one after its end', async () => {
    const realm = await spec.realm();
    spec.directory.fail(createUser, 'after');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('bus.deadline');
    const { id } = await erase(realm, 'jdoe');
    await sweep();
    expect([await credentials(id), await spec.count('reservation')]).toEqual([[], 0]);
    expect((await spec.eventsOf(id)).map(({ type }) => type)).toEqual(['authentication.password.erased']);
  });

  it('is kept for the sweep when the directory cannot be asked now', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    const [credentialCount] = await kept();
    spec.directory.fail(withdrawUserIds, 'before');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('user.exists');
    expect(await kept()).toEqual([credentialCount + 1, 1]);
    // nobody takes away what somebody may still be at work on
    await spec.get(SettleReservations).sweep();
    expect(await kept()).toEqual([credentialCount + 1, 1]);
    await sweep();
    expect(await kept()).toEqual([credentialCount, 0]);
  });

  it('is one of many that the sweep asks about together, as many ids as fit an ask', async () => {
    const realm = await spec.realm();
    const { realmId } = await spec.get(FindRealm).find(realm);
    await spec.sql(
      `insert into reservation (id, realm_id, ids, cause)
       select gen_random_uuid(), $1, array(select gen_random_uuid() from generate_series(1, size)), 'imported'
       from unnest(array[500, 1, 499, 1, 250, 250, 1]) as size`,
      [realmId],
    );
    const before = spec.directory.count(withdrawUserIds);
    expect(await sweep()).toBe(7);
    expect(spec.directory.count(withdrawUserIds) - before).toBe(4);
    expect(await spec.count('reservation')).toBe(0);
  });

  it('and that cannot be settled keeps those behind it waiting no longer', async () => {
    const realm = await spec.realm();
    const { realmId } = await spec.get(FindRealm).find(realm);
    await spec.sql(
      `insert into reservation (id, realm_id, ids, cause)
       select gen_random_uuid(), $1, array(select gen_random_uuid() from generate_series(1, size)), cause
       from (values (300, 'imported'), (300, 'imported'), (100, 'imported')) as wanted (size, cause)`,
      [realmId],
    );
    spec.directory.fail(withdrawUserIds, 'before', 'internal');
    expect(await sweep()).toBe(2);
    expect(await spec.count('reservation')).toBe(1);
    expect(await sweep()).toBe(1);
  });
});
