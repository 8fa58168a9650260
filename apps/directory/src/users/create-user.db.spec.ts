import { randomUUID } from 'node:crypto';
import { createUser, type UserChangesInput } from '@countersign/contracts';
import { eventually } from '@countersign/testing';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { CreateUser } from './create-user.js';
import { WithdrawUserIds } from './withdraw-user-ids.js';

const directory = specDirectory();
const users = new Users(directory);

const create = (realm: string, userId: string, changes: UserChangesInput = {}, id: string = randomUUID()) =>
  users.create(realm, userId, changes, { id, context: asked({ caller: 'authentication' }) });
const withdraw = (...ids: string[]) =>
  directory.get(WithdrawUserIds).withdraw({ ids }, asked({ caller: 'authentication' }));
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const eventsOf = (id: string) =>
  directory.administer<{ type: string; details: unknown; personal: unknown; realm_id: string; target: unknown }>(
    `select type, details, personal, realm_id, target from directory.outbox where target ->> 'id' = $1 order by id`,
    [id],
  );

describe('a user is created', () => {
  it('with one event, in which the values do not stand', async () => {
    const realm = await directory.adopt();
    const id = await create(realm.name, 'Jane', {
      name: { given: 'Jane' },
      pin: '4711',
      emails: [{ position: 2, value: 'jane@example.com' }],
      attributes: { custom1: 'x', custom2: '' },
      questions: { 1: { question: 'Pet?', answer: 'Rex' } },
    });
    expect(await eventsOf(id)).toEqual([
      {
        type: 'directory.user.created',
        realm_id: realm.id,
        target: { kind: 'user', id },
        details: { fields: ['attributes.custom1', 'emails.2', 'name.given', 'pin', 'questions.1'] },
        personal: { userId: 'Jane' },
      },
    ]);
  });

  it('once, however a user id is written; the same id in another realm is another user', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    await create(one.name, 'Straße É');
    expect(await codeOf(create(one.name, 'STRASSE e\u0301'))).toBe('user.exists');
    expect(await codeOf(create(other.name, 'STRASSE e\u0301'))).toBe('done');
    expect((await users.resolve(one.name, 'strasse é')).userId).toBe('Straße É');
  });

  it('once, whatever is not seen in the user id', async () => {
    const { name } = await directory.adopt();
    const persian = 'علی\u200cرضا';
    expect(await codeOf(create(name, persian))).toBe('done');
    expect(await codeOf(create(name, persian.replace('\u200c', '')))).toBe('user.exists');
    await create(name, 'jdoe');
    for (const lookAlike of ['jdoe ', 'jdoe\u200b', 'j\u00addoe', '\u202ejdoe', 'jdoe\ufe0f', 'jdoe\u3164']) {
      expect(await codeOf(create(name, lookAlike))).toBe('user.id_invalid');
    }
    expect((await users.resolve(name, 'j\u00addoe\u200b')).userId).toBe('jdoe');
  });

  it('by one of many who try at once', async () => {
    const { name } = await directory.adopt();
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => codeOf(create(name, 'jdoe'))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'user.exists')).toHaveLength(29);
  });

  it('with the same answer when the same creation is asked again, by key or by id', async () => {
    const { name } = await directory.adopt();
    const id = randomUUID();
    const context = asked({ caller: 'authentication' });
    const request = createUser.request.parse({ id, realm: name, userId: 'jdoe' });
    await directory.get(CreateUser).create(request, context);
    expect(await directory.get(CreateUser).create(request, context)).toEqual({ id });
    expect(await create(name, 'JDOE', {}, id)).toBe(id);
    expect(await codeOf(create(name, 'another', {}, id))).toBe('user.exists');
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it.each([
    ['user.id_invalid', ' ', {}],
    ['user.id_invalid', 'a\tb', {}],
    ['user.email_invalid', 'a', { emails: [{ position: 3, value: 'nobody' }] }],
    ['user.property_invalid', 'a', { pin: 'x'.repeat(1_001) }],
    ['user.property_invalid', 'a', { attributes: { shoeSize: '46' } }],
  ])('or refused with %s and leaves nothing behind', async (code, userId, changes) => {
    const { name } = await directory.adopt();
    const id = randomUUID();
    expect(await codeOf(create(name, userId, changes as UserChangesInput, id))).toBe(code);
    expect(await directory.administer('select 1 from directory.user_identity where id = $1', [id])).toEqual([]);
  });

  it('never in a realm that is not known', async () => {
    expect(await codeOf(create('no-such-realm', 'a'))).toBe('realm.unknown');
  });
});

describe('hostile keys', () => {
  it('are refused by the contract, or have no effect', async () => {
    const { name } = await directory.adopt();
    const body = (changes: string) =>
      JSON.parse(`{"id":"${randomUUID()}","realm":"${name}","userId":"x",${changes}}`) as unknown;
    for (const part of ['"attributes":{"a b":"x"}', '"questions":{"A":{}}', '"emails":[{"position":0,"value":"x"}]']) {
      expect(createUser.request.safeParse(body(part)).success).toBe(false);
    }
    const polluting = createUser.request.parse(
      body('"attributes":{"__proto__":"x","custom1":"J"},"questions":{"__proto__":{"question":"q","answer":"a"}}'),
    );
    await directory.get(CreateUser).create(polluting, asked());
    const shown = await users.profile(name, 'x');
    expect(shown).toMatchObject({ attributes: { custom1: 'J' }, questions: {} });
    expect(Object.keys(shown.attributes)).toEqual(['custom1']);
    expect(Object.getPrototypeOf(shown.attributes)).toBe(Object.prototype);
    expect(await codeOf(create(name, 'y', { attributes: { constructor: 'x' } }))).toBe('user.property_invalid');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('creation and withdrawal of an id meet at one unique key', () => {
  it('so that a withdrawn id never becomes a user, and a user is never withdrawn', async () => {
    const { name } = await directory.adopt();
    const [withdrawn, user] = [randomUUID(), randomUUID()];
    await create(name, 'user', {}, user);
    expect(await withdraw(withdrawn, user)).toEqual({ existing: [user] });
    expect(await codeOf(create(name, 'late', {}, withdrawn))).toBe('user.withdrawn');
    expect(await withdraw(withdrawn, user)).toEqual({ existing: [user] });
  });

  it('and exactly one of the two wins, 200 times over', async () => {
    const { name } = await directory.adopt();
    const races = Array.from({ length: 200 }, async (_, index) => {
      const id = randomUUID();
      const both = [() => codeOf(create(name, `racer ${index}`, {}, id)), () => withdraw(id)] as const;
      const [creation, withdrawal] =
        index % 2 === 0
          ? await Promise.all([both[0](), both[1]()])
          : await Promise.all([both[1](), both[0]()]).then(([late, early]) => [early, late] as const);
      const exists = withdrawal.existing.includes(id);
      expect(creation).toBe(exists ? 'done' : 'user.withdrawn');
      return exists;
    });
    const won = (await Promise.all(races)).filter(Boolean).length;
    const rows = await directory.administer(
      `select 1 from directory.user u join directory.realm r on r.id = u.realm_id where r.name = $1`,
      [name],
    );
    expect(rows).toHaveLength(won);
  });

  it('in whatever order the ids stand', async () => {
    const ids = Array.from({ length: 100 }, () => randomUUID());
    const orders = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? ids : ids.toReversed()));
    expect(await Promise.all(orders.map((order) => withdraw(...order)))).toEqual(orders.map(() => ({ existing: [] })));
  });
});

describe('a realm that demands unique mail addresses', () => {
  const settings = { uniqueEmail: true };
  const mail = (value: string, position = 1) => ({ emails: [{ position, value }] });

  it('refuses one that another user has, in any spelling; other realms do not matter', async () => {
    const [one, other] = [await directory.adopt('compat', settings), await directory.adopt('compat', settings)];
    await create(one.name, 'a', mail('jane@example.com'));
    expect(await codeOf(create(one.name, 'b', mail('JANE@Example.com')))).toBe('user.email_exists');
    expect(await codeOf(create(other.name, 'b', mail('jane@example.com')))).toBe('done');
  });

  it('gives an address to one of many who want it at once', async () => {
    const { name } = await directory.adopt('compat', settings);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => codeOf(create(name, `u${index}`, mail('one@example.com')))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'user.email_exists')).toHaveLength(19);
  });

  it('lets go of an address that its user gave up, and two users exchange theirs without a deadlock', async () => {
    const { name } = await directory.adopt('compat', settings);
    await create(name, 'a', mail('a@example.com'));
    await create(name, 'b', mail('b@example.com'));
    const update = (userId: string, changes: UserChangesInput) => codeOf(users.update(name, userId, changes));
    expect(await update('b', mail('a@example.com', 2))).toBe('user.email_exists');
    await Promise.all([update('a', mail('b@example.com')), update('b', mail('a@example.com'))]);
    expect(await update('a', mail(''))).toBe('done');
    expect(await update('b', { emails: [...mail('').emails, ...mail('a@example.com', 2).emails] })).toBe('done');
    expect(await update('a', mail('b@example.com', 4))).toBe('done');
  });

  it('waits for an import before it has anything that the import may need: the two end in no deadlock', async () => {
    const { id: realmId, name } = await directory.adopt('compat', settings);
    const isWaiting = async () => {
      const locks = "select 1 from pg_locks where locktype = 'advisory' and not granted and database = $1::oid";
      const [row] = await directory.administer<{ oid: string }>(
        'select oid from pg_database where datname = current_database()',
      );
      return (await directory.administer(locks, [row?.oid])).length > 0;
    };
    let created: Promise<string> | undefined;
    await directory.database.withConnection(async (client) => {
      // what an import does: it has the realm's addresses alone, then it inserts
      await client.query('begin');
      await client.query("set local lock_timeout = '200ms'");
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [realmId]);
      created = codeOf(create(name, 'jdoe', mail('jdoe@example.com')));
      await eventually(async () => expect(await isWaiting()).toBe(true));
      const id = randomUUID();
      await client.query('insert into directory.user_identity (id) values ($1)', [id]);
      const rows = await client.query(
        `insert into directory.user (id, realm_id, user_id, user_key)
         values ($1, $2, 'jdoe', 'jdoe') on conflict (realm_id, user_key) do nothing returning id`,
        [id, realmId],
      );
      expect(rows.rowCount).toBe(1);
      await client.query('commit');
    });
    expect(await created).toBe('user.exists');
  });

  it('is not asked about one address that a user has twice', async () => {
    const { name } = await directory.adopt('compat', settings);
    const twice = { emails: [...mail('a@example.com').emails, ...mail('A@example.com', 2).emails] };
    expect(await codeOf(create(name, 'a', twice))).toBe('done');
  });
});
