import { randomUUID } from 'node:crypto';
import { listUsers } from '@countersign/contracts';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client, escapeLiteral } from 'pg';
import { specDirectory } from '../../../../test/directory/open-directory.js';
import { ExportUsers } from '../exports/export-users.js';
import { ListUsers } from './list-users.js';

/** A node of a plan, as `explain (format json)` writes it. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const directory = specDirectory();
let realm: { id: string; name: string };
const manyUsers = 100_000;

/** As many users as it takes for a bad plan to show, in two realms; one in a thousand is locked. */
const fill = `
  with wanted as (
    select gen_random_uuid() as id, case when n % 2 = 0 then $1::uuid else $2::uuid end as realm_id, n
    from generate_series(1, $3) n
  ), settled as (
    insert into directory.user_identity (id) select id from wanted
  ), users as (
    insert into directory.user (id, realm_id, user_id, user_key, family_name_key, state)
    select id, realm_id, 'user' || n, 'user' || n, 'name' || n % 997,
      case when n % 1000 = 0 then 'locked' else 'active' end
    from wanted
  )
  insert into directory.contact (id, user_uuid, realm_id, channel, position, value, value_key, kind, added_at)
  select gen_random_uuid(), id, realm_id, channel, 1, n || '@example.com', n || '@example.com', 'other', now()
  from wanted cross join (values ('email'), ('phone')) channels (channel)`;

const fillLarge = `
  with settled as (
    insert into directory.user_identity (id) select gen_random_uuid() from generate_series(1, $2) returning id
  )
  insert into directory.user (id, realm_id, user_id, user_key, attributes)
  select id, $1, id, id, jsonb_build_object('custom1', repeat('x', $3)) from settled`;

beforeAll(async () => {
  realm = await directory.adopt();
  const other = await directory.adopt();
  await directory.administer(fill, [realm.id, other.id, manyUsers]);
}, 120_000);

/** The plans, as they were run, of the statements that `work` runs. */
async function plansOf(work: () => Promise<unknown>): Promise<readonly PlanNode[]> {
  const query = jest.spyOn(Client.prototype, 'query');
  await work();
  const calls = query.mock.calls.map(([call]) => call as unknown as string | { text: string; values: unknown[] });
  query.mockRestore();
  const plans: PlanNode[] = [];
  for (const call of calls) {
    if (typeof call === 'string') await directory.administer(call);
    else if (/set_config/.test(call.text)) await directory.administer(call.text, call.values);
    else if (/from directory\.(user|contact)/.test(call.text))
      for (const kind of ['custom', 'generic']) plans.push(await planOf(kind, call.text, call.values));
  }
  expect(plans).toHaveLength(2);
  return plans;
}

/** Planned for these values, or for any, as the services have it. */
async function planOf(kind: string, text: string, values: unknown[]): Promise<PlanNode> {
  await directory.administer(`set plan_cache_mode = force_${kind}_plan`);
  await directory.administer(`prepare explained as ${text}`);
  const given = values.map((value) => (value === null ? 'null' : escapeLiteral(String(value)))).join(', ');
  const [row] = await directory.administer<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) execute explained (${given})`,
  );
  await directory.administer('deallocate explained');
  if (row === undefined) throw new Error('no plan');
  return row['QUERY PLAN'][0].Plan;
}
const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
const rowsRead = (node: PlanNode) =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];

const cursor = (...position: string[]) => Buffer.from(JSON.stringify(position)).toString('base64url');
const limit = 50;
const queries: [string, object][] = [
  ['all', {}],
  ['a prefix', { prefix: 'user77' }],
  ['a later page', { after: cursor('userId', 'user55', randomUUID()) }],
  ['a state that few have', { state: 'locked' }],
  ['a state that most have', { state: 'active' }],
  ['a state that nobody has', { state: 'disabled' }],
  ['a prefix that nobody has, before all', { prefix: 'a' }],
  ['a prefix that nobody has, after all', { prefix: 'x' }],
  ['a family name that nobody has', { by: 'familyName', prefix: 'a' }],
  ['a mail address that nobody has', { by: 'email', prefix: '!' }],
  ['all by family name', { by: 'familyName' }],
  ['a family name', { by: 'familyName', prefix: 'name7' }],
  [
    'a later page of a family name',
    { by: 'familyName', prefix: 'name7', after: cursor('familyName', 'name77', randomUUID()) },
  ],
  ['all by mail address', { by: 'email' }],
  ['a mail address', { by: 'email', prefix: '77' }],
  ['a later page of a mail address', { by: 'email', prefix: '7', after: cursor('email', '77', randomUUID()) }],
];

describe.each([
  ['before its tables were ever analysed', undefined],
  ['once they were', 'analyze'],
])('a list of users in a large realm, %s', (_, preparation) => {
  beforeAll(async () => {
    if (preparation !== undefined) await directory.administer(preparation);
  });

  it.each(queries)('reads no more than a page of an index: %s', async (_name, query) => {
    const request = listUsers.request.parse({ realm: realm.name, limit, ...query });
    for (const plan of await plansOf(() => directory.get(ListUsers).list(request))) {
      const nodes = nodesOf(plan);
      expect(nodes.map((node) => node['Node Type']).filter((type) => /Seq Scan|Bitmap|Sort$/.test(type))).toEqual([]);
      for (const node of nodes) expect(rowsRead(node)).toBeLessThanOrEqual(2 * (limit + 1));
    }
  });

  it('is exported page by page the same way', async () => {
    for (const after of [undefined, cursor('user55')]) {
      const plans = await plansOf(() => directory.get(ExportUsers).export({ realm: realm.name, limit, after }));
      const reads = plans.flatMap(nodesOf).filter((node) => node['Relation Name'] === 'user');
      expect(reads.map((node) => node['Node Type'])).toEqual(plans.map(() => 'Index Scan'));
      for (const node of reads) expect(rowsRead(node)).toBeLessThanOrEqual(limit + 1);
    }
  });

  it('is exported without reading the large users that the page has no room for', async () => {
    const place = await directory.adopt();
    await directory.administer(fillLarge, [place.id, 200, 100_000]);
    const request = { realm: place.name, limit: 150, after: undefined };
    const { users } = await directory.get(ExportUsers).export(request);
    expect(users).toHaveLength(5);
    const plans = await plansOf(() => directory.get(ExportUsers).export(request));
    const reads = plans.flatMap(nodesOf).filter((node) => node['Relation Name'] === 'user');
    expect(reads).toHaveLength(plans.length);
    for (const node of reads) expect(rowsRead(node)).toBeLessThanOrEqual(users.length + 1);
  });
});
