import { type ImportOutcome, mostGroups } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import {
  bring as bringUsers,
  eventsOf as eventsAbout,
  jane,
  kinds,
  mailOfJane,
  operator,
  type Part,
  type Rest,
  user,
} from '../../../../test/directory/import-records.js';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';

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

describe('a user who is there already', () => {
  it('is the same when all that is said is so, whatever id it comes with, and is not touched', async () => {
    const { name: realm } = await directory.adopt();
    const first = user('Jane', jane);
    await bring(realm, [first], { createGroups: true });
    const again = user('JANE', { ...jane, groups: ['sales', 'staff'] });
    expect(await bring(realm, [again])).toEqual([{ outcome: 'same', id: first.id }]);
    expect((await show(realm, 'jane')).userId).toBe('Jane');
    expect(await eventsOf(again.id)).toEqual([]);
  });

  it.each<[string, Part]>([
    ['name.given', { name: { given: 'Joan', family: 'Doe' } }],
    ['locale', { locale: 'fr' }],
    ['emails.1', { emails: [{ value: 'jane@example.com', kind: 'work' }] }],
    ['emails.1', { emails: [{ value: 'Jane@example.com', kind: 'home' }] }],
    ['emails.1', { emails: [{ ...mailOfJane, verifiedAt: '2026-01-01T00:00:00Z' }] }],
    ['phones.3', { phones: [...(jane.phones ?? []), { value: '2', position: 3 }] }],
    ['phones.1', { phones: [{ value: '', position: 1 }] }],
    ['aliases', { aliases: ['jd2'] }],
    ['pin', { pin: '4712' }],
    ['pin', { pin: '' }],
    ['questions.1', { questions: { 1: { question: 'City?', answer: 'Rex' } } }],
    ['questions.1', { questions: { 1: { question: 'Pet?', answer: 'Tom' } } }],
    ['attributes.extended1', { attributes: { extended1: '' } }],
    ['groups', { groups: ['Staff', 'Board'] }],
    ['state', { state: 'active' }],
    ['groups, locale, state', { groups: ['Board'], locale: 'fr', state: 'locked' }],
  ])('is another when %s is not as it is said, and stays as it is until an update', async (detail, difference) => {
    const { id: realmId, name: realm } = await directory.adopt();
    const first = user('Jane', jane);
    await bring(realm, [first], { createGroups: true });
    const before = await show(realm, 'jane');
    const other = user('jane', { ...jane, ...difference });
    expect(await bring(realm, [other], { createGroups: true })).toEqual([
      { outcome: 'different', id: first.id, detail },
    ]);
    expect(await show(realm, 'jane')).toEqual(before);
    // groups are made for users who are created or updated only
    expect(await directory.administer('select 1 from directory.group where realm_id = $1', [realmId])).toHaveLength(2);
    const updated = [{ outcome: 'updated', id: first.id, detail }];
    expect(await bring(realm, [other], { createGroups: true, update: true, dryRun: true })).toEqual(updated);
    expect(await show(realm, 'jane')).toEqual(before);
    expect(await bring(realm, [other], { createGroups: true, update: true })).toEqual(updated);
    expect(kinds(await bring(realm, [other], { createGroups: true, update: true }))).toEqual(['same']);
  });

  it('is the same whatever it has beside what is said', async () => {
    const { name: realm } = await directory.adopt();
    await bring(realm, [user('Jane', jane)], { createGroups: true });
    const said: Part[] = [
      {},
      { phones: [], aliases: [], attributes: {}, groups: ['staff'] },
      { emails: [{ value: 'Jane@example.com' }], phones: [{ value: '', position: 7 }], aliases: ['JANE'] },
      { name: { given: 'Jane' }, locale: '', state: 'disabled' },
    ];
    for (const part of said)
      expect(kinds(await bring(realm, [user('jane', part)], { update: true }))).toEqual(['same']);
  });

  it('is refused groups that go beyond the most that a user may be in', async () => {
    const { name: realm } = await directory.adopt();
    const many = Array.from({ length: mostGroups }, (_, n) => `group ${n}`);
    const options = { createGroups: true, update: true };
    await bring(realm, [user('jane', { groups: many })], options);
    expect(
      await bring(realm, [user('jane', { groups: ['group 0', 'one more'], locale: 'fr' })], options),
    ).toMatchObject([{ outcome: 'refused', problem: 'user.groups_full' }]);
    expect((await show(realm, 'jane')).locale).toBeUndefined();
    expect(kinds(await bring(realm, [user('jane', { groups: ['group 0'], locale: 'fr' })], options))).toEqual([
      'updated',
    ]);
  });

  it('is updated by what is said, with an event for each kind of change, and keeps the rest', async () => {
    const { name: realm } = await directory.adopt();
    const first = user('Jane', jane);
    await bring(realm, [first], { createGroups: true });
    const said: Part = {
      name: { given: 'Joan' },
      phones: [{ value: '', position: 1 }],
      emails: [{ ...mailOfJane, verifiedAt: '2026-01-01T00:00:00.000Z' }],
      aliases: ['jo'],
      groups: ['staff', 'Board'],
      pin: '4712',
      state: 'locked',
    };
    const [before, context] = [await show(realm, 'jane'), asked({ caller: 'authentication', actor: operator })];
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        bring(
          realm,
          [user('jane', said)].map((it) => ({ ...it, id: first.id })),
          { createGroups: true, update: true },
          context,
        ),
      ),
    );
    expect(new Set(answers.flatMap(kinds))).toEqual(new Set(['updated']));
    expect(await show(realm, 'jane')).toMatchObject({
      userId: 'Jane',
      aliases: ['jd', 'jo'],
      name: { given: 'Joan', family: 'Doe' },
      emails: [{ value: 'Jane@example.com', kind: 'work', verifiedAt: '2026-01-01T00:00:00.000Z' }],
      phones: [],
      pin: '4712',
      attributes: before.attributes,
      questions: before.questions,
      groups: ['Board', 'Sales', 'Staff'],
      state: 'locked',
    });
    const [, ...events] = await eventsOf(first.id);
    expect(events.map(({ type, details }) => [type, details])).toEqual([
      ['directory.user.updated', { set: ['aliases', 'emails.1', 'name.given', 'pin'], cleared: ['phones.1'] }],
      ['directory.user.marked', { state: 'locked' }],
      ['directory.membership.added', { groupId: expect.any(String) }],
    ]);
  });

  it('is updated whole or not at all, and keeps no other out', async () => {
    const { name: realm } = await directory.adopt('compat', { uniqueEmail: true });
    const [a, b, c] = [
      user('a', { aliases: ['x'], emails: [{ value: 'a@example.com' }] }),
      user('b'),
      user('c', { emails: [{ value: 'c@example.com' }] }),
    ];
    await bring(realm, [a, b, c]);
    const [one, two, three] = [
      user('a', { locale: 'fr', groups: ['Nowhere'] }),
      user('b', { locale: 'fr', emails: [{ value: 'A@example.com' }] }),
      user('b', { locale: 'fr', aliases: ['X'] }),
    ];
    const good = user('c', { emails: [{ value: 'c2@example.com' }], locale: 'fr' });
    const outcomes = await bring(
      realm,
      [one, two, three, good, user('new', { emails: [{ value: 'n@example.com' }] })],
      {
        update: true,
      },
    );
    expect(outcomes).toMatchObject([
      { outcome: 'refused', problem: 'group.unknown', detail: 'groups.1 (Nowhere): does not exist' },
      { outcome: 'refused', problem: 'user.email_exists', detail: 'emails: another user has one of these addresses' },
      {
        outcome: 'refused',
        problem: 'user.exists',
        detail: 'aliases: one is a user id already, or an alias of another user',
      },
      { outcome: 'updated', detail: 'emails.1, locale' },
      { outcome: 'created' },
    ]);
    for (const userId of ['a', 'b']) expect((await show(realm, userId)).locale).toBeUndefined();
    expect(await show(realm, 'c')).toMatchObject({ locale: 'fr', emails: [{ value: 'c2@example.com' }] });
  });

  it('is updated by one of several at the same moment after the other, and nothing breaks', async () => {
    const { name: realm } = await directory.adopt('compat', { uniqueEmail: true });
    const names = Array.from({ length: 40 }, (_, index) => `u${index}`);
    await bring(
      realm,
      names.map((name) => user(name)),
    );
    const said = (name: string, round: number) =>
      user(name, {
        locale: `l${round}`,
        aliases: [`${name}-${round}`],
        emails: [{ value: `${name}-${round}@example.com` }],
      });
    const rounds = await Promise.all([
      ...[1, 2].map((round) =>
        bring(
          realm,
          names.map((name) => said(name, round)),
          { update: true },
        ),
      ),
      bring(
        realm,
        names.toReversed().map((name) => said(name, 3)),
        { update: true },
      ),
      ...names.map((name) => people.update(realm, name, { emails: [{ position: 2, value: `${name}-o@example.com` }] })),
    ]);
    for (const outcomes of rounds.slice(0, 3))
      expect(new Set(kinds(outcomes as ImportOutcome[]))).toEqual(new Set(['updated']));
    const shown = await show(realm, 'u7');
    expect([shown.aliases.length, shown.emails.map(({ position }) => position)]).toEqual([3, [1, 2]]);
  });

  it('in a strict realm is not told by PIN and answer whether they are right', async () => {
    const { name: realm } = await directory.adopt('strict');
    const part = { ...jane, groups: [] };
    await bring(realm, [user('jane', part)]);
    const guess = { ...part, pin: '0000' };
    expect(kinds(await bring(realm, [user('jane', part), user('jane', guess)]))).toEqual(['same', 'same']);
    const without = { ...part, pin: '' };
    expect(kinds(await bring(realm, [user('jane', without)]))).toEqual(['different']);
    const more = { ...guess, locale: 'fr' };
    expect(kinds(await bring(realm, [user('jane', more)], { update: true }))).toEqual(['updated']);
    expect(kinds(await bring(realm, [user('jane', without)], { update: true }))).toEqual(['updated']);
    expect(kinds(await bring(realm, [user('jane', without), user('jane', { pin: '1' })]))).toEqual([
      'same',
      'different',
    ]);
  });

  it('however it got there: created, updated, marked, a contact verified', async () => {
    const { name: realm } = await directory.adopt();
    const created = { name: { given: 'Jane' }, phones: [{ position: 2, value: '7' }] };
    await people.create(realm, 'jane', created);
    expect(kinds(await bring(realm, [user('jane', created)]))).toEqual(['same']);
    const updated = { attributes: { extended1: '1' }, emails: [{ position: 1, value: 'jane@example.com' }] };
    await people.update(realm, 'jane', { ...updated, aliases: ['jd'] });
    await people.mark(realm, 'jane', 'locked');
    const now = user('jane', { ...created, ...updated, aliases: ['JD'], state: 'locked' });
    expect(kinds(await bring(realm, [now]))).toEqual(['same']);
    await directory.administer(
      `update directory.user set contacts = jsonb_set(contacts::jsonb, '{emails,0,verifiedAt}', '"2026-01-01T00:00:00.000Z"')
       where realm_id = (select id from directory.realm where name = $1)`,
      [realm],
    );
    expect(kinds(await bring(realm, [now]))).toEqual(['same']);
  });

  it('of which a value does not open, is not called the same', async () => {
    const { name: realm } = await directory.adopt();
    await bring(realm, [user('jane', { pin: '1' })]);
    await directory.administer(
      `update directory.user set sealed_secrets = set_byte(sealed_secrets, length(sealed_secrets) - 1,
         (get_byte(sealed_secrets, length(sealed_secrets) - 1) + 1) % 256)
       where realm_id = (select id from directory.realm where name = $1)`,
      [realm],
    );
    const outcomes = await bring(realm, [user('jane', { pin: '1' }), user('joan')]);
    expect(kinds(outcomes)).toEqual(['different', 'created']);
  });
});
