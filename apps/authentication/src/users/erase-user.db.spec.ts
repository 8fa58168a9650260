import { randomUUID } from 'node:crypto';
import { eraseUserRecord, markUser, userStates } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { asked, codeOf } from '../../../../test/authentication/open-authentication.js';
import { better, good, peopleOf } from '../../../../test/authentication/people.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { EraseUser } from './erase-user.js';

const spec = specService({ poolSize: 8 });
const { register, reset, change, erase, credentials, kept, sweep } = peopleOf(spec);
const erasedOf = async (id: string) =>
  (await spec.eventsOf(id)).filter(({ type }) => type === 'authentication.password.erased');

describe('erasing a user', () => {
  it('leaves no password and one event', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    expect(await erase(realm, 'jdoe')).toEqual({ id });
    expect([await credentials(id), await spec.count('reservation')]).toEqual([[], 0]);
    expect(await erasedOf(id)).toEqual([{ type: 'authentication.password.erased', details: {} }]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.unknown');
  });

  it.each(userStates)('who is %s too', async (state) => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    spec.directory.user(realm, 'jdoe').state = state;
    expect(await erase(realm, 'jdoe')).toEqual({ id });
    expect(await credentials(id)).toEqual([]);
  });

  it('who has no password is told by the directory alone', async () => {
    const realm = await spec.realm();
    const { id } = spec.directory.add(realm, 'bare', randomUUID());
    expect(await erase(realm, 'bare')).toEqual({ id });
    expect([await spec.eventsOf(id), await spec.count('reservation')]).toEqual([[], 0]);
  });

  it('who does not exist is user.unknown, and only the name is asked of the directory', async () => {
    const [realm, before] = [await spec.realm(), await kept()];
    const asks = spec.directory.count(eraseUserRecord);
    expect(await codeOf(erase(realm, 'nobody'))).toBe('user.unknown');
    expect(await codeOf(erase('no-such-realm', 'nobody'))).toBe('realm.unknown');
    expect([await kept(), spec.directory.count(eraseUserRecord)]).toEqual([before, asks]);
  });

  it('leaves the user of the same name in another realm alone', async () => {
    const [one, two] = [await spec.realm(), await spec.realm()];
    await register(one, 'jdoe');
    const other = await register(two, 'jdoe');
    await erase(one, 'jdoe');
    expect(await credentials(other.id)).toHaveLength(1);
    expect(await codeOf(change(two, 'jdoe', good))).toBe('done');
  });
});

describe('the user that an erase request names is resolved once', () => {
  it('asked again with the same key it answers the same, and does not erase a later user of that name', async () => {
    const realm = await spec.realm();
    const context = asked();
    const { id } = await register(realm, 'jdoe');
    await erase(realm, 'jdoe', context);
    const heir = await register(realm, 'jdoe', better);
    expect(await erase(realm, 'jdoe', context)).toEqual({ id });
    expect(await credentials(heir.id)).toHaveLength(1);
    expect(await codeOf(change(realm, 'jdoe', better, good))).toBe('done');
    expect(await erasedOf(id)).toHaveLength(1);
  });

  it('also when there was no such user', async () => {
    const realm = await spec.realm();
    const context = asked();
    expect(await codeOf(erase(realm, 'jdoe', context))).toBe('user.unknown');
    const { id } = await register(realm, 'jdoe');
    expect(await codeOf(erase(realm, 'jdoe', context))).toBe('user.unknown');
    expect(await credentials(id)).toHaveLength(1);
  });

  it('a user who is renamed meanwhile is erased all the same, and a new user of that name is not', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    let heirId = '';
    spec.directory.meanwhile(eraseUserRecord, async () => {
      spec.directory.user(realm, 'jdoe').userId = 'jane.doe';
      heirId = (await register(realm, 'jdoe', better)).id;
    });
    expect(await erase(realm, 'jdoe')).toEqual({ id });
    expect(spec.directory.users.map((user) => user.id)).not.toContain(id);
    expect(spec.directory.user(realm, 'jdoe').id).toBe(heirId);
    expect([await credentials(id), await credentials(heirId)]).toMatchObject([[], [{ version: 1 }]]);
  });

  it('by two who have both found the user both are answered the same, and it is told once', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    let other: unknown;
    spec.directory.meanwhile(eraseUserRecord, async () => {
      other = await erase(realm, 'jdoe');
    });
    expect([await erase(realm, 'jdoe'), other]).toEqual([{ id }, { id }]);
    expect([await erasedOf(id), await credentials(id), await spec.count('reservation')]).toMatchObject([[{}], [], 0]);
  });

  it('by many at once it is done once; later requests find no such user', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const context = asked();
    const strangers = Array.from({ length: 6 }, () => codeOf(erase(realm, 'jdoe')));
    const repeated = Array.from({ length: 3 }, () => codeOf(erase(realm, 'jdoe', context)));
    const outcomes = await Promise.all([...strangers, ...repeated]);
    expect(outcomes).toContain('done');
    expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'user.unknown')).toEqual([]);
    expect(new Set(outcomes.slice(6)).size).toBe(1);
    expect([await erasedOf(id), await credentials(id), await spec.count('reservation')]).toMatchObject([[{}], [], 0]);
  });
});

describe('an erasure of which the end was not heard', () => {
  it('before the directory worked ends as a user with a password', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    spec.directory.fail(eraseUserRecord, 'before');
    expect(await codeOf(erase(realm, 'jdoe'))).toBe('bus.deadline');
    await sweep();
    expect([await credentials(id), await erasedOf(id), await spec.count('reservation')]).toMatchObject([[{}], [], 0]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
  });

  it('after the directory worked ends as nothing, which is told once', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    spec.directory.fail(eraseUserRecord, 'after');
    expect(await codeOf(erase(realm, 'jdoe'))).toBe('bus.deadline');
    expect(await credentials(id)).toHaveLength(1);
    await Promise.all([sweep(), sweep()]);
    expect([await credentials(id), await erasedOf(id), await spec.count('reservation')]).toMatchObject([[], [{}], 0]);
  });

  it.each(['before', 'after'] as const)('%s it worked is done by asking again', async (step) => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const context = asked();
    spec.directory.fail(eraseUserRecord, step);
    expect(await codeOf(erase(realm, 'jdoe', context))).toBe('bus.deadline');
    expect(await erase(realm, 'jdoe', context)).toEqual({ id });
    expect([await credentials(id), await erasedOf(id)]).toMatchObject([[], [{}]]);
  });

  it('is done by asking again when the sweep has given it up meanwhile, also if that answer is lost too', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const context = asked();
    spec.directory.fail(eraseUserRecord, 'before');
    expect(await codeOf(erase(realm, 'jdoe', context))).toBe('bus.deadline');
    await sweep();
    spec.directory.fail(eraseUserRecord, 'after');
    expect(await codeOf(erase(realm, 'jdoe', context))).toBe('bus.deadline');
    await sweep();
    expect([await credentials(id), await erasedOf(id)]).toMatchObject([[], [{}]]);
  });

  it('because the database was stuck after the directory worked: it is answered, and done by the sweep', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const hurried = await spec.replica({ statementTimeoutMs: 200 });
    let release = async () => {};
    spec.directory.meanwhile(eraseUserRecord, async () => {
      release = await spec.hold('credential');
    });
    expect(await hurried.get(EraseUser).erase({ realm, userId: 'jdoe' }, asked())).toEqual({ id });
    await release();
    expect([await credentials(id), await spec.count('reservation')]).toMatchObject([[{}], 1]);
    await sweep();
    expect([await credentials(id), await erasedOf(id)]).toMatchObject([[], [{}]]);
  });
});

describe('an erasure that meets', () => {
  it.each(['verify', 'hash'] as const)(
    'a change of the password in the middle (after its %s): the change is refused, and no password is left',
    async (work) => {
      const realm = await spec.realm();
      const { id } = await register(realm, 'jdoe');
      spec.hasher.meanwhile(work, () => erase(realm, 'jdoe'));
      expect(await codeOf(change(realm, 'jdoe', good))).toBe('password.mismatch');
      expect([await credentials(id), await spec.count('reservation')]).toEqual([[], 0]);
      expect(await erasedOf(id)).toHaveLength(1);
    },
  );

  it('a change of the password by chance: no password is left', async () => {
    const realm = await spec.realm();
    for (let n = 0; n < 10; n += 1) {
      const { id } = await register(realm, `user ${n}`);
      const racing = [codeOf(change(realm, `user ${n}`, good)), codeOf(erase(realm, `user ${n}`))];
      const [changed, erased] = await Promise.all(racing);
      expect(['done', 'password.mismatch', 'user.unknown']).toContain(changed);
      expect(erased).toBe('done');
      expect(await credentials(id)).toEqual([]);
    }
  });

  it('a reset of the password, however they meet: no password is left', async () => {
    const realm = await spec.realm();
    for (let n = 0; n < 10; n += 1) {
      const { id } = await register(realm, `user ${n}`);
      const racing = [codeOf(reset(realm, `user ${n}`)), codeOf(erase(realm, `user ${n}`))];
      const [wasReset, erased] = await Promise.all(racing);
      // unknown: the erasure was over before the reset had looked at the name
      expect(['done', 'user.unknown']).toContain(wasReset);
      expect(erased).toBe('done');
      await sweep();
      expect([await credentials(id), await spec.count('reservation')]).toEqual([[], 0]);
    }
  });

  it('the lock of a user who has failed too often', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await spec.sql('update credential set consecutive_failures = 99 where id = $1', [id]);
    spec.directory.meanwhile(markUser, () => erase(realm, 'jdoe'));
    expect(await codeOf(change(realm, 'jdoe', 'not this one'))).toBe('password.mismatch');
    expect(await credentials(id)).toEqual([]);
  });
});

describe('a reset for a user without a password', () => {
  it('is kept once it is known that the user was not erased meanwhile', async () => {
    const realm = await spec.realm();
    const { id } = spec.directory.add(realm, 'bare', randomUUID());
    await reset(realm, 'bare', good);
    expect(await spec.count('reservation')).toBe(1);
    await sweep();
    expect([await credentials(id), await spec.count('reservation')]).toMatchObject([[{ version: 1 }], 0]);
    expect(await codeOf(change(realm, 'bare', good))).toBe('done');
  });

  it('and who was erased between the look at the name and the write, leaves none behind', async () => {
    const realm = await spec.realm();
    const { id } = spec.directory.add(realm, 'bare', randomUUID());
    spec.hasher.meanwhile('hash', () => erase(realm, 'bare'));
    expect(await codeOf(reset(realm, 'bare'))).toBe('done');
    expect(await credentials(id)).toHaveLength(1);
    await sweep();
    expect([await credentials(id), await erasedOf(id), await spec.count('reservation')]).toMatchObject([[], [{}], 0]);
  });
});
