import { importUserRecords, longestName, mostGroups, type UserChangesInput } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import {
  bring as bringUsers,
  eventsOf as eventsAbout,
  jane,
  kinds,
  operator,
  type Part,
  type Rest,
  user,
} from '../../../../test/directory/import-records.js';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateGroup } from '../groups/create-group.js';
import { WithdrawUserIds } from '../users/withdraw-user-ids.js';

let directory: OpenDirectory;
let people: Users;
beforeAll(async () => {
  directory = await openDirectory();
  people = new Users(directory);
});
afterAll(async () => directory.close());

const bring = (...given: Rest<typeof bringUsers>) => bringUsers(directory, ...given);
const eventsOf = (id: string) => eventsAbout(directory, id);
const show = (realm: string, userId: string) => people.profile(realm, userId);
const countUsers = async (realmId: string) =>
  (await directory.administer('select 1 from directory.user where realm_id = $1', [realmId])).length;

describe('users that are imported', () => {
  it('have all that came with them, and one event each', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const [full, bare] = [user('Jane', jane), user('joan')];
    expect(await bring(realm, [full, bare], { createGroups: true })).toEqual([
      { outcome: 'created', id: full.id },
      { outcome: 'created', id: bare.id },
    ]);
    const phone = {
      position: 1,
      value: '+49 1',
      kind: 'mobile',
      label: 'own',
      extension: '7',
      details: { platform: 'x' },
    };
    expect(await show(realm, 'jane')).toMatchObject({
      id: full.id,
      userId: 'Jane',
      aliases: ['jd'],
      state: 'disabled',
      name: { given: 'Jane', family: 'Doe' },
      emails: [{ position: 1, value: 'Jane@example.com', kind: 'work' }],
      phones: [phone],
      pin: '4711',
      attributes: { extended1: '17' },
      questions: { 1: { question: 'Pet?', answer: 'Rex' } },
      groups: ['Sales', 'Staff'],
    });
    expect((await people.resolve(realm, 'Jd')).id).toBe(full.id);
    expect(await people.show(realm, 'joan')).toMatchObject({
      ...{ state: 'active', name: {}, aliases: [], emails: [], phones: [], attributes: {}, questions: {}, groups: [] },
      activatedAt: expect.any(String),
    });
    const groups = await directory.administer<{ id: string }>('select id from directory.group where realm_id = $1', [
      realmId,
    ]);
    const [event, ...more] = await eventsOf(full.id);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'directory.user.created',
      actor: operator,
      details: {
        fields: [
          'aliases',
          'attributes.extended1',
          'emails.1',
          'name.family',
          'name.given',
          'phones.1',
          'pin',
          'questions.1',
        ],
        state: 'disabled',
      },
      personal: { userId: 'Jane' },
    });
    expect(new Set(event?.details.groupIds)).toEqual(new Set(groups.map(({ id }) => id)));
    expect(await eventsOf(bare.id)).toEqual([
      {
        type: 'directory.user.created',
        actor: operator,
        details: { fields: [] },
        personal: { userId: 'joan' },
      },
    ]);
  });

  it('have their PIN and answers as hashes in a strict realm', async () => {
    const { name: realm } = await directory.adopt('strict');
    const entrants = Array.from({ length: 30 }, (_, index) => user(`u${index}`, { ...jane, aliases: [], groups: [] }));
    expect(new Set(kinds(await bring(realm, entrants)))).toEqual(new Set(['created']));
    const shown = await show(realm, 'u7');
    expect([shown.pin, shown.questions[1]]).toEqual([undefined, { question: 'Pet?' }]);
    const rows = await directory.administer<{ sealed: boolean }>(
      'select sealed_secrets is not null as sealed from directory.user where id = any ($1)',
      [entrants.map(({ id }) => id)],
    );
    expect(rows.every(({ sealed }) => sealed)).toBe(true);
  });

  it('have as long a PIN and answer as may be, in a strict realm too', async () => {
    const { name: realm } = await directory.adopt('strict');
    const long = (length: number) => ({ pin: '\u{1f600}'.repeat(length / 2) });
    expect(kinds(await bring(realm, [user('a', long(1_000)), user('b', long(1_002))]))).toEqual([
      'created',
      'user.property_invalid',
    ]);
  });

  it('may be in as many groups as may be named, whatever else its event has to tell', async () => {
    const { name: realm } = await directory.adopt();
    const groups = Array.from({ length: mostGroups }, (_, index) => `group ${index}`);
    const numbered = <Value>(prefix: string, count: number, value: Value) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${100 + index}`, value]));
    const full = user('\u4e00'.repeat(longestName), {
      name: { given: 'x', family: 'x' },
      pin: 'x',
      emails: [1, 2, 3, 4].map((position) => ({ position, value: 'a@example.com' })),
      phones: [1, 2, 3, 4].map((position) => ({ position, value: '1' })),
      questions: Object.fromEntries(
        [1, 2, 3, 4, 5, 6, 'help_desk'].map((key) => [key, { question: 'a', answer: 'b' }]),
      ),
      attributes: numbered('extended', 100, 'x'),
      state: 'password_expired',
      groups,
    });
    const context = asked({ caller: 'authentication', actor: { kind: 'operator', id: '\u4e00'.repeat(200) } });
    expect(kinds(await bring(realm, [full], { createGroups: true }, context))).toEqual(['created']);
    const [event] = await eventsOf(full.id);
    expect(new Set(event?.details.groupIds).size).toBe(mostGroups);
    const tooMany = { realm, users: [{ ...full, groups: [...groups, 'one more'] }] };
    expect(importUserRecords.request.safeParse(tooMany).success).toBe(false);
    // beside them the event has room for so many fields, not for all that there could be
    const attributes = numbered('extended', 200, 'x');
    expect(kinds(await bring(realm, [user('wide', { attributes, groups })], { createGroups: true }))).toEqual([
      'user.property_invalid',
    ]);
    expect(kinds(await bring(realm, [user('wide', { attributes })]))).toEqual(['created']);
  });

  it('may be as many as one request holds, and are the same however often it is asked', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const users = Array.from({ length: 500 }, (_, index) =>
      user(`user ${index}`, { name: { family: `L${index}` }, emails: [{ value: `u${index}@example.com` }] }),
    );
    const context = asked({ caller: 'authentication', actor: operator });
    const answers = await Promise.all([1, 2, 3].map(() => bring(realm, users, {}, context)));
    for (const outcomes of answers) expect(outcomes).toEqual(users.map(({ id }) => ({ outcome: 'created', id })));
    expect(await countUsers(realmId)).toBe(500);
    expect(await bring(realm, users)).toEqual(users.map(({ id }) => ({ outcome: 'same', id })));
  });
});

describe('a user who is refused', () => {
  it('keeps no other out, and leaves nothing behind', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    await directory.get(CreateGroup).create({ realm, group: 'Staff' }, asked());
    const users = [
      user('a'),
      user(' b'),
      user('c', { emails: [{ position: 3, value: 'nobody' }] }),
      user('d', { pin: 'x'.repeat(1_001) }),
      user('e', { groups: ['Staff', 'Nowhere'] }),
      user('f', { groups: ['staff'] }),
      user('g', { attributes: { shoeSize: '46' } }),
      user('h', { aliases: ['good', ' bad'] }),
    ];
    expect(kinds(await bring(realm, users))).toEqual([
      'created',
      'user.id_invalid',
      'user.email_invalid',
      'user.property_invalid',
      'group.unknown',
      'created',
      'user.property_invalid',
      'user.id_invalid',
    ]);
    expect(await countUsers(realmId)).toBe(2);
    const settled = await directory.administer('select 1 from directory.user_identity where id = any ($1)', [
      users.map(({ id }) => id),
    ]);
    expect(settled).toHaveLength(2);
    expect((await show(realm, 'f')).groups).toEqual(['Staff']);
  });

  it('makes no group, where groups are made', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const users = [user('a', { groups: ['New', 'x\ny'] }), user(' b', { groups: ['Newer'] })];
    expect(kinds(await bring(realm, users, { createGroups: true }))).toEqual(['group.name_invalid', 'user.id_invalid']);
    expect(await directory.administer('select 1 from directory.group where realm_id = $1', [realmId])).toEqual([]);
  });

  it('by a withdrawn id, by an id of another user, or by one of the same request, is told so', async () => {
    const { name: realm } = await directory.adopt();
    const [withdrawn, taken] = [user('a'), user('b')];
    await directory.get(WithdrawUserIds).withdraw({ ids: [withdrawn.id] }, asked());
    await bring(realm, [taken]);
    const twice = user('d');
    const outcomes = await bring(realm, [withdrawn, { ...taken, userId: 'c' }, twice, { ...twice, userId: 'e' }]);
    expect(kinds(outcomes)).toEqual(['user.withdrawn', 'user.exists', 'created', 'user.exists']);
  });

  it('by a field that is read only, unless an operator brings it, and is told which', async () => {
    const { name: realm } = await directory.adopt('compat', { readOnlyFields: ['attributes.custom1', 'pin'] });
    const users = () => [user('a', { attributes: { custom1: 'x' } }), user('b', { pin: '1' }), user('c', { pin: '' })];
    const application = asked({ caller: 'authentication', actor: { kind: 'application', id: 'x' } });
    const outcomes = await bring(realm, users(), {}, application);
    expect(kinds(outcomes)).toEqual(['user.property_read_only', 'user.property_read_only', 'created']);
    expect(outcomes[0]?.detail).toBe('attributes.custom1: may only be read');
    expect(kinds(await bring(realm, users()))).toEqual(['created', 'created', 'same']);
  });

  it('all of them, where there is no such realm', async () => {
    await expect(bring('no-such-realm', [user('a')])).rejects.toMatchObject({ code: 'realm.unknown' });
  });
});

describe('two of one request with one user id', () => {
  it('are one user, of the first; the second is held against it', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const [first, same, bare, other] = [
      user('Jane', jane),
      user('JANE', jane),
      user('ｊane'),
      user('jane', { locale: 'fr' }),
    ];
    expect(await bring(realm, [first, same, bare, other], { createGroups: true, update: true })).toEqual([
      { outcome: 'created', id: first.id },
      { outcome: 'same', id: first.id },
      { outcome: 'same', id: first.id },
      { outcome: 'different', id: first.id, detail: 'locale' },
    ]);
    expect(await countUsers(realmId)).toBe(1);
  });

  it('are one user of the second, when the first is refused', async () => {
    const { name: realm } = await directory.adopt();
    const users = [user('a', { emails: [{ value: 'x' }] }), user('a', { groups: ['Nowhere'] }), user('a')];
    expect(kinds(await bring(realm, users))).toEqual(['user.email_invalid', 'group.unknown', 'created']);
  });
});

describe('in a realm that demands unique mail addresses', () => {
  const mail = (...addresses: string[]): Part => ({
    emails: addresses.map((value, index) => ({ position: index + 1, value })),
  });
  const demanding = () => directory.adopt('compat', { uniqueEmail: true });

  it('one that is taken, by a user or by an earlier one of the request, is refused', async () => {
    const { name: realm } = await demanding();
    await bring(realm, [user('a', mail('a@example.com'))]);
    const users = [
      user('b', mail('b@example.com', 'A@Example.com')),
      user('c', mail('b@example.com', 'B@example.com')),
      user('d', mail('x@example.com', 'b@EXAMPLE.com')),
      user('e', mail('x@example.com')),
    ];
    expect(kinds(await bring(realm, users))).toEqual(['user.email_exists', 'created', 'user.email_exists', 'created']);
  });

  it('an address goes to one of many imports and creations of the same moment', async () => {
    const { id: realmId, name: realm } = await demanding();
    const batch = (prefix: string) =>
      Array.from({ length: 20 }, (_, index) => user(`${prefix}${index}`, mail(`${index}@example.com`)));
    const create = (index: number) =>
      people.create(realm, `c${index}`, mail(`${index}@example.com`) as UserChangesInput).then(
        () => 'created',
        (error: { code: string }) => error.code,
      );
    const [one, other, ...creations] = await Promise.all([
      bring(realm, batch('a')),
      bring(realm, batch('b').toReversed()),
      ...Array.from({ length: 20 }, (_, index) => create(index)),
    ]);
    const all = [...kinds(one ?? []), ...kinds(other ?? []), ...creations];
    expect(all.filter((outcome) => outcome === 'created')).toHaveLength(20);
    expect(new Set(all)).toEqual(new Set(['created', 'user.email_exists']));
    expect(await countUsers(realmId)).toBe(20);
  });
});

describe('imports of the same users at the same moment', () => {
  it('give each user to one of them; the others find it there, and nothing breaks', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const batch = (round: number) => {
      const users = Array.from({ length: 100 }, (_, index) =>
        user(`user ${index}`, { name: { given: `of ${round % 2}` }, groups: [`g${index % 3}`] }),
      );
      return round % 2 === 0 ? users : users.toReversed();
    };
    const batches = Array.from({ length: 6 }, (_, round) => batch(round));
    const answers = await Promise.all(batches.map((users) => bring(realm, users, { createGroups: true })));
    const created = answers.flat().filter(({ outcome }) => outcome === 'created');
    expect(created).toHaveLength(100);
    expect(new Set(answers.flat().map(({ id }) => id))).toEqual(new Set(created.map(({ id }) => id)));
    expect(await countUsers(realmId)).toBe(100);
    const differing = answers.flat().filter(({ outcome }) => outcome === 'different').length;
    expect(differing).toBe(300);
  });

  it('meet creations of the same users the same way', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const names = Array.from({ length: 40 }, (_, index) => `user ${index}`);
    const creations = names.map((userId) =>
      people.create(realm, userId).then(
        () => 1,
        () => 0,
      ),
    );
    const [outcomes, ...created] = await Promise.all([
      bring(
        realm,
        names.map((userId) => user(userId)),
      ),
      ...creations,
    ]);
    const imported = kinds(outcomes ?? []).filter((outcome) => outcome === 'created').length;
    expect(imported + created.reduce<number>((sum, one) => sum + Number(one), 0)).toBe(40);
    expect(await countUsers(realmId)).toBe(40);
  });
});

describe('a dry run', () => {
  it('says what would come of it, and changes nothing', async () => {
    const { id: realmId, name: realm } = await directory.adopt('compat', { uniqueEmail: true });
    await bring(realm, [user('there', { emails: [{ value: 'a@example.com' }] })]);
    const rows = async () => {
      const counts = [
        'user',
        'user_identity',
        'user_alias',
        'contact',
        'group',
        'membership',
        'outbox',
        'idempotency_record',
      ].map((table) => `(select count(*) from directory."${table}")`);
      return directory.administer(`select ${counts.join(' + ')} as count`);
    };
    const before = await rows();
    const users = [
      user('there', { locale: 'fr' }),
      user('new', { groups: ['New'] }),
      user('NEW', { groups: ['new'] }),
      user('taken', { emails: [{ value: 'A@example.com' }] }),
      user(' '),
    ];
    const outcomes = await bring(realm, users, { dryRun: true, createGroups: true });
    expect(kinds(outcomes)).toEqual(['different', 'created', 'same', 'user.email_exists', 'user.id_invalid']);
    expect(outcomes[1]).toEqual({ outcome: 'created' });
    expect(await rows()).toEqual(before);
    expect(kinds(await bring(realm, users, { createGroups: true }))).toEqual(kinds(outcomes));
    expect(await countUsers(realmId)).toBe(2);
  });
});

describe('a user who was erased', () => {
  it('may be imported anew, under another id', async () => {
    const { name: realm } = await directory.adopt();
    const first = user('jane');
    await bring(realm, [first]);
    await people.erase(realm, first.id);
    expect(kinds(await bring(realm, [first]))).toEqual(['user.withdrawn']);
    expect(kinds(await bring(realm, [user('jane')]))).toEqual(['created']);
  });
});
