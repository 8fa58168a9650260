import { randomUUID } from 'node:crypto';
import {
  type Actor,
  type ImportOutcome,
  importUserRecords,
  knowledgeBaseKeys,
  longestName,
  mostExtendedProperties,
  mostImportedGroups,
  propertyKeys,
  type ReplyOf,
  type RequestOf,
  type UserStatus,
} from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateGroup } from '../groups/create-group.js';
import { CreateUser } from '../users/create-user.js';
import { EraseUserRecord } from '../users/erase-user-record.js';
import { ExtendUser } from '../users/extend-user.js';
import { MarkUser } from '../users/mark-user.js';
import { ShowProfile } from '../users/show-profile.js';
import { WithdrawUserIds } from '../users/withdraw-user-ids.js';
import { ImportUserRecords } from './import-user-records.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

type Part = Partial<Omit<RequestOf<typeof importUserRecords>['users'][number], 'userId'>>;
type Options = { createGroups?: boolean; dryRun?: boolean };

const operator: Actor = { kind: 'operator', id: 'spec' };
const user = (userId: string, part: Part = {}) => ({ id: randomUUID(), userId, ...part });
async function bring(
  realm: string,
  users: readonly ReturnType<typeof user>[],
  options: Options = {},
  context = asked({ caller: 'authentication', actor: operator }),
): Promise<ImportOutcome[]> {
  const request = importUserRecords.request.parse({ realm, users, ...options });
  const { outcomes }: ReplyOf<typeof importUserRecords> = await directory.get(ImportUserRecords).run(request, context);
  return importUserRecords.reply.parse({ outcomes }).outcomes;
}
const show = (realm: string, userId: string) => directory.get(ShowProfile).run({ realm, userId });
const countUsers = async (realmId: string) =>
  (await directory.administer('select 1 from directory.user where realm_id = $1', [realmId])).length;
const eventsOf = (id: string) =>
  directory.administer<{ type: string; details: { groupIds?: string[] }; personal: unknown; actor: unknown }>(
    `select type, details, personal, actor from directory.outbox where target ->> 'id' = $1 order by id`,
    [id],
  );
const kinds = (outcomes: readonly ImportOutcome[]) => outcomes.map(({ outcome, problem }) => problem ?? outcome);

const jane: Part = {
  properties: { firstName: 'Jane', lastName: 'Doe', email1: 'Jane@example.com', pinHash: '4711', phone2: '' },
  knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' } },
  extendedProperties: { ExtProperty1: '17' },
  groups: ['Staff', 'Sales', 'STAFF'],
  status: 'disabled',
};

describe('users that are imported', () => {
  it('have all that came with them, and one event each', async () => {
    const { id: realmId, name: realm } = await directory.adopt('compat', {
      extendedPropertyNames: { ExtProperty1: 'Badge' },
    });
    const [full, bare] = [user('Jane', jane), user('joan')];
    expect(await bring(realm, [full, bare], { createGroups: true })).toEqual([
      { outcome: 'created', id: full.id },
      { outcome: 'created', id: bare.id },
    ]);
    expect(await show(realm, 'jane')).toEqual({
      id: full.id,
      userId: 'Jane',
      state: 'disabled',
      properties: {
        firstName: { value: 'Jane', isWritable: true },
        lastName: { value: 'Doe', isWritable: true },
        email1: { value: 'Jane@example.com', isWritable: true },
        pinHash: { value: '4711', isWritable: true },
        ExtProperty1: { value: '17', isWritable: false, displayName: 'Badge' },
      },
      knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' } },
      groups: ['Sales', 'Staff'],
    });
    expect(await show(realm, 'joan')).toMatchObject({ state: 'active', properties: {}, knowledgeBase: {}, groups: [] });
    const groups = await directory.administer<{ id: string }>('select id from directory.group where realm_id = $1', [
      realmId,
    ]);
    const [event, ...more] = await eventsOf(full.id);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'directory.user.created',
      actor: operator,
      details: {
        properties: ['ExtProperty1', 'email1', 'firstName', 'lastName', 'pinHash'],
        knowledgeBase: ['kbq1'],
        status: 'disabled',
      },
      personal: { userId: 'Jane' },
    });
    expect(new Set(event?.details.groupIds)).toEqual(new Set(groups.map(({ id }) => id)));
    expect(await eventsOf(bare.id)).toEqual([
      {
        type: 'directory.user.created',
        actor: operator,
        details: { properties: [], knowledgeBase: [] },
        personal: { userId: 'joan' },
      },
    ]);
  });

  it('have their PIN and answers as hashes in a strict realm', async () => {
    const { name: realm } = await directory.adopt('strict');
    const entrants = Array.from({ length: 30 }, (_, index) => user(`u${index}`, { ...jane, groups: [] }));
    expect(new Set(kinds(await bring(realm, entrants)))).toEqual(new Set(['created']));
    const shown = await show(realm, 'u7');
    expect([shown.properties.pinHash, shown.knowledgeBase.kbq1]).toEqual([undefined, { question: 'Pet?', answer: '' }]);
    const rows = await directory.administer<{ sealed: boolean }>(
      'select sealed_secrets is not null as sealed from directory.user where id = any ($1)',
      [entrants.map(({ id }) => id)],
    );
    expect(rows.every(({ sealed }) => sealed)).toBe(true);
  });

  it('have as long a PIN and answer as may be, in a strict realm too', async () => {
    const { name: realm } = await directory.adopt('strict');
    const long = (length: number) => ({ properties: { pinHash: '\u{1f600}'.repeat(length / 2) } });
    expect(kinds(await bring(realm, [user('a', long(1_000)), user('b', long(1_002))]))).toEqual([
      'created',
      'user.property_invalid',
    ]);
  });

  it('may be in as many groups as may be named, whatever else its event has to tell', async () => {
    const { name: realm } = await directory.adopt();
    const groups = Array.from({ length: mostImportedGroups }, (_, index) => `group ${index}`);
    const numbered = (first: number, count: number, value: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`ExtProperty${first + index}`, value]));
    const full = user('\u4e00'.repeat(longestName), {
      properties: Object.fromEntries(propertyKeys.map((key) => [key, key.startsWith('email') ? 'a@example.com' : 'x'])),
      knowledgeBase: Object.fromEntries(knowledgeBaseKeys.map((key) => [key, { question: 'a', answer: 'b' }])),
      extendedProperties: numbered(100, mostExtendedProperties, 'x'),
      status: 'password_expired',
      groups,
    });
    const context = asked({ caller: 'authentication', actor: { kind: 'operator', id: '\u4e00'.repeat(200) } });
    expect(kinds(await bring(realm, [full], { createGroups: true }, context))).toEqual(['created']);
    const [event] = await eventsOf(full.id);
    expect(new Set(event?.details.groupIds).size).toBe(mostImportedGroups);
    const tooMany = { realm, users: [{ ...full, groups: [...groups, 'one more'] }] };
    expect(importUserRecords.request.safeParse(tooMany).success).toBe(false);
  });

  it('may be as many as one request holds, and are the same however often it is asked', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const users = Array.from({ length: 500 }, (_, index) =>
      user(`user ${index}`, { properties: { lastName: `L${index}`, email1: `u${index}@example.com` } }),
    );
    const context = asked({ caller: 'authentication', actor: operator });
    const answers = await Promise.all([1, 2, 3].map(() => bring(realm, users, {}, context)));
    for (const outcomes of answers) expect(outcomes).toEqual(users.map(({ id }) => ({ outcome: 'created', id })));
    expect(await countUsers(realmId)).toBe(500);
    expect(await bring(realm, users)).toEqual(users.map(({ id }) => ({ outcome: 'same', id })));
  });
});

describe('a user who is there already', () => {
  it('is the same when all is, whatever id it comes with, and is not touched', async () => {
    const { name: realm } = await directory.adopt();
    const first = user('Jane', jane);
    await bring(realm, [first], { createGroups: true });
    const again = user('JANE', { ...jane, groups: ['sales', 'staff'] });
    expect(await bring(realm, [again])).toEqual([{ outcome: 'same', id: first.id }]);
    expect((await show(realm, 'jane')).userId).toBe('Jane');
    expect(await eventsOf(again.id)).toEqual([]);
  });

  it.each<[string, Part]>([
    ['a property', { properties: { ...jane.properties, firstName: 'Joan' } }],
    ['a property more', { properties: { ...jane.properties, auxId1: 'x' } }],
    ['the PIN', { properties: { ...jane.properties, pinHash: '4712' } }],
    ['no PIN', { properties: { ...jane.properties, pinHash: '' } }],
    ['a question', { knowledgeBase: { kbq1: { question: 'City?', answer: 'Rex' } } }],
    ['an answer', { knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Tom' } } }],
    ['an extended property', { extendedProperties: {} }],
    ['a group', { groups: ['Staff'] }],
    ['another group', { groups: ['Staff', 'Board'] }],
    ['the status', { status: 'active' }],
  ])('is another when it differs by %s, and stays as it is', async (_, difference) => {
    const { id: realmId, name: realm } = await directory.adopt();
    const first = user('Jane', jane);
    await bring(realm, [first], { createGroups: true });
    const before = await show(realm, 'jane');
    expect(await bring(realm, [user('jane', { ...jane, ...difference })], { createGroups: true })).toEqual([
      { outcome: 'different', id: first.id },
    ]);
    expect(await show(realm, 'jane')).toEqual(before);
    // groups are made for users who are created only
    expect(await directory.administer('select 1 from directory.group where realm_id = $1', [realmId])).toHaveLength(2);
  });

  it('in a strict realm is not told by PIN and answer whether they are right', async () => {
    const { name: realm } = await directory.adopt('strict');
    const part = { ...jane, groups: [] };
    await bring(realm, [user('jane', part)]);
    const guess = { ...part, properties: { ...part.properties, pinHash: '0000' } };
    expect(kinds(await bring(realm, [user('jane', part), user('jane', guess)]))).toEqual(['same', 'same']);
    const without = { ...part, properties: { ...part.properties, pinHash: '' } };
    expect(kinds(await bring(realm, [user('jane', without)]))).toEqual(['different']);
  });

  it('however it got there: created, extended, marked', async () => {
    const { name: realm } = await directory.adopt();
    const id = randomUUID();
    const created = { properties: { firstName: 'Jane' }, knowledgeBase: {} };
    await directory.get(CreateUser).run({ id, realm, userId: 'jane', ...created }, asked());
    expect(kinds(await bring(realm, [user('jane', created)]))).toEqual(['same']);
    const extendedProperties = { ExtProperty1: '1' };
    await directory.get(ExtendUser).run({ realm, userId: 'jane', extendedProperties }, asked());
    await directory.get(MarkUser).run({ realm, userId: 'jane', status: 'locked' }, asked());
    const status: UserStatus = 'locked';
    expect(kinds(await bring(realm, [user('jane', { ...created, extendedProperties, status })]))).toEqual(['same']);
  });

  it('of which a value does not open, is not called the same', async () => {
    const { name: realm } = await directory.adopt();
    await bring(realm, [user('jane', { properties: { pinHash: '1' } })]);
    await directory.administer(
      `update directory.user set sealed_secrets = set_byte(sealed_secrets, length(sealed_secrets) - 1,
         (get_byte(sealed_secrets, length(sealed_secrets) - 1) + 1) % 256)
       where realm_id = (select id from directory.realm where name = $1)`,
      [realm],
    );
    const outcomes = await bring(realm, [user('jane', { properties: { pinHash: '1' } }), user('joan')]);
    expect(kinds(outcomes)).toEqual(['different', 'created']);
  });
});

describe('a user who is refused', () => {
  it('keeps no other out, and leaves nothing behind', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    await directory.get(CreateGroup).run({ realm, group: 'Staff' }, asked());
    const users = [
      user('a'),
      user(' b'),
      user('c', { properties: { email3: 'nobody' } }),
      user('d', { knowledgeBase: { kbq1: { question: 'Pet?', answer: '' } } }),
      user('e', { groups: ['Staff', 'Nowhere'] }),
      user('f', { groups: ['staff'] }),
    ];
    expect(kinds(await bring(realm, users))).toEqual([
      'created',
      'user.id_invalid',
      'user.email_invalid',
      'user.property_invalid',
      'group.unknown',
      'created',
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
    await directory.get(WithdrawUserIds).run({ ids: [withdrawn.id] }, asked());
    await bring(realm, [taken]);
    const twice = user('d');
    const outcomes = await bring(realm, [withdrawn, { ...taken, userId: 'c' }, twice, { ...twice, userId: 'e' }]);
    expect(kinds(outcomes)).toEqual(['user.withdrawn', 'user.exists', 'created', 'user.exists']);
  });

  it('by a property that is read only, unless an operator brings it', async () => {
    const { name: realm } = await directory.adopt('compat', { readOnlyProperties: ['auxId1', 'pinHash'] });
    const users = () => [
      user('a', { properties: { auxId1: 'x' } }),
      user('b', { properties: { pinHash: '1' } }),
      user('c', { properties: { pinHash: '' } }),
    ];
    const application = asked({ caller: 'authentication', actor: { kind: 'application', id: 'x' } });
    expect(kinds(await bring(realm, users(), {}, application))).toEqual([
      'user.property_read_only',
      'user.property_read_only',
      'created',
    ]);
    expect(kinds(await bring(realm, users()))).toEqual(['created', 'created', 'same']);
  });

  it('all of them, where there is no such realm', async () => {
    await expect(bring('no-such-realm', [user('a')])).rejects.toMatchObject({ code: 'realm.unknown' });
  });
});

describe('two of one request with one user id', () => {
  it('are one user, of the first; the second is held against it', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const [first, same, other] = [user('Jane', jane), user('JANE', jane), user('ｊane')];
    expect(await bring(realm, [first, same, other], { createGroups: true })).toEqual([
      { outcome: 'created', id: first.id },
      { outcome: 'same', id: first.id },
      { outcome: 'different', id: first.id },
    ]);
    expect(await countUsers(realmId)).toBe(1);
  });

  it('are one user of the second, when the first is refused', async () => {
    const { name: realm } = await directory.adopt();
    const users = [user('a', { properties: { email1: 'x' } }), user('a', { groups: ['Nowhere'] }), user('a')];
    expect(kinds(await bring(realm, users))).toEqual(['user.email_invalid', 'group.unknown', 'created']);
  });
});

describe('in a realm that demands unique mail addresses', () => {
  const mail = (...addresses: string[]): Part => ({
    properties: Object.fromEntries(addresses.map((address, index) => [`email${index + 1}`, address])),
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
      directory
        .get(CreateUser)
        .run(
          {
            id: randomUUID(),
            realm,
            userId: `c${index}`,
            knowledgeBase: {},
            properties: {},
            ...mail(`${index}@example.com`),
          },
          asked(),
        )
        .then(
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
        user(`user ${index}`, { properties: { firstName: `of ${round % 2}` }, groups: [`g${index % 3}`] }),
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
      directory
        .get(CreateUser)
        .run({ id: randomUUID(), realm, userId, properties: {}, knowledgeBase: {} }, asked())
        .then(
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
    await bring(realm, [user('there', { properties: { email1: 'a@example.com' } })]);
    const rows = async () => {
      const counts = ['user', 'user_identity', 'group', 'membership', 'outbox', 'idempotency_record'].map(
        (table) => `(select count(*) from directory."${table}")`,
      );
      return directory.administer(`select ${counts.join(' + ')} as count`);
    };
    const before = await rows();
    const users = [
      user('there'),
      user('new', { groups: ['New'] }),
      user('NEW', { groups: ['new'] }),
      user('taken', { properties: { email1: 'A@example.com' } }),
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
    await directory.get(EraseUserRecord).run({ realm, id: first.id }, asked());
    expect(kinds(await bring(realm, [first]))).toEqual(['user.withdrawn']);
    expect(kinds(await bring(realm, [user('jane')]))).toEqual(['created']);
  });
});
