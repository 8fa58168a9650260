import { beforeAll, describe, expect, it } from '@jest/globals';
import { Groups } from '../../../../test/directory/ask-groups.js';
import { specDirectory } from '../../../../test/directory/open-directory.js';
import { type SeenStatement, scansOf, statementsOf } from '../../../../test/directory/statement-plans.js';
import { writeCursor } from '../paging/page-cursor.js';
import { ListGroups } from './list-groups.js';
import { ListMembers } from './list-members.js';
import { SweepDeletedGroups } from './sweep-deleted-groups.js';

const userCount = 60_000;
const groupCount = 20_000;
/** Members of `Group 1`; every user is in one more group. */
const members = 30_000;

const directory = specDirectory();
const groups = new Groups(directory);
let realm: string;
beforeAll(async () => {
  const adopted = await directory.adopt('compat', { requiredGroups: ['Group 1', 'Group 2', 'Group 3'] });
  realm = adopted.name;
  // what reads the tables as they are must not be beside what reads them once they have statistics
  for (const table of ['user', 'user_alias', 'group', 'membership'])
    await directory.administer(`alter table directory.${table} set (autovacuum_enabled = false)`);
  const fill = (sql: string) => directory.administer(sql, [adopted.id]);
  await directory.administer(
    `insert into directory.user_identity (id) select gen_random_uuid() from generate_series(1, ${userCount})`,
  );
  await fill(`insert into directory.user (id, realm_id, user_id, user_key)
    select id, $1, 'user ' || row_number() over (), 'user ' || row_number() over () from directory.user_identity`);
  await fill(`insert into directory.user_alias (realm_id, alias_key, user_uuid)
    select $1, 'alias ' || user_key, id from directory.user`);
  await fill(`insert into directory.group (id, realm_id, name, group_key)
    select gen_random_uuid(), $1, 'Group ' || n, 'group ' || n from generate_series(1, ${groupCount}) n`);
  await fill(`insert into directory.membership (user_uuid, group_uuid, realm_id)
    select u.id, g.id, $1 from directory.user u join directory.group g on g.group_key =
      'group ' || (2 + substr(u.user_key, 6)::int % ${groupCount - 1})`);
  await fill(`insert into directory.membership (user_uuid, group_uuid, realm_id)
    select u.id, g.id, $1 from directory.user u join directory.group g on g.group_key = 'group 1'
    where substr(u.user_key, 6)::int <= ${members}`);
}, 120_000);

const names = (stem: string, first: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${stem} ${first + index}`);
const list = (part: { prefix?: string; after?: string }) =>
  directory.get(ListGroups).list({ realm, limit: 10, ...part });
const listMembersAfter = (id: string) =>
  directory.get(ListMembers).list({ realm, group: 'Group 1', after: writeCursor([id]), limit: 10 });
const middle = '80000000-0000-4000-8000-000000000000';

/** What is asked, and the most rows that one scan of a table may read for it. */
const asks: readonly (readonly [string, number, () => Promise<unknown>])[] = [
  ['a group by name', 1, () => groups.show(realm, 'Group 777')],
  ['the first page of groups', 11, () => list({})],
  ['a page in the middle of groups', 11, () => list({ after: writeCursor(['group 2']) })],
  ['a page of those that begin so', 11, () => list({ prefix: 'group 19', after: writeCursor(['group 195']) })],
  ['the last of those that begin so', 10, () => list({ prefix: 'group 1999', after: writeCursor(['group 19990']) })],
  ['those that begin as none does', 0, () => list({ prefix: 'group x' })],
  ['those that begin as none does, before all others', 0, () => list({ prefix: 'a' })],
  ['one user into one group', 1, () => groups.add(realm, ['user 40000'], ['group 3'])],
  ['a thousand users into one group', 1_000, () => groups.add(realm, names('user', 40_000, 1_000), ['group 4'])],
  ['one user into a thousand groups', 1_000, () => groups.add(realm, ['user 50000'], names('group', 5, 1_000))],
  ['a user with groups, of a realm that demands some', 3, () => groups.groupsOf(realm, 'user 7')],
  ['a user who lacks them', 3, () => groups.groupsOf(realm, 'user 59999')],
  ['a group is renamed', 1, () => groups.rename(realm, 'group 9', 'group 9')],
];

async function expectIndexed(statements: readonly SeenStatement[], most: number): Promise<void> {
  expect(statements.length).toBeGreaterThan(0);
  for (const statement of statements) {
    const scans = await scansOf(directory, statement);
    const big = scans.filter(({ relation }) => relation !== 'realm');
    const tooMuch = big.filter(({ node, rows }) => node === 'Seq Scan' || rows > most);
    expect({ statement: statement.text, tooMuch }).toEqual({ statement: statement.text, tooMuch: [] });
  }
}

describe('big tables that have no statistics yet', () => {
  it.each(asks)('are read by index, and no rows but those wanted: %s', async (_, most, ask) => {
    await expectIndexed(await statementsOf(ask), most);
  });

  it('are read by index for members of a large group too: of that group, if all of it', async () => {
    await expectIndexed(await statementsOf(() => listMembersAfter(middle)), members);
  });
});

describe('big tables', () => {
  beforeAll(async () => {
    await directory.administer('analyze');
  });

  it.each(asks)('are read by index, and no rows but those wanted: %s', async (_, most, ask) => {
    await expectIndexed(await statementsOf(ask), most);
  });

  it('are read by index, and no rows but those wanted: members of a large group', async () => {
    await expectIndexed(await statementsOf(() => listMembersAfter(middle)), 11);
  });

  it('are read by index, and no rows but those wanted: some out of a large group', async () => {
    const remove = () => groups.remove(realm, names('user', 100, 1_000), ['group 1']);
    const statements = await statementsOf(remove);
    await groups.add(realm, names('user', 100, 1_000), ['group 1']);
    await expectIndexed(statements, 1_000);
  });

  it('are read by index, and no rows but those wanted: a large group is deleted and swept', async () => {
    const statements = [
      ...(await statementsOf(() => groups.delete(realm, 'Group 1'))),
      ...(await statementsOf(async () => {
        let steps = 0;
        await directory.get(SweepDeletedGroups).sweep(() => steps++ < 2);
      })),
    ];
    await expectIndexed(statements, 5_000);
  });
});
