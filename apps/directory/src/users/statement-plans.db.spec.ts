import { randomUUID } from 'node:crypto';
import { importUserRecords } from '@countersign/contracts';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ImportUserRecords } from '../imports/import-user-records.js';
import { MarkUser } from './mark-user.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

const directory = specDirectory();
let realm: string;
beforeAll(async () => {
  realm = (await directory.adopt()).name;
  await bring('jane');
});

function bring(userId: string): Promise<unknown> {
  const users = [{ id: randomUUID(), userId, name: { family: 'Doe' }, emails: [{ value: `${userId}@example.com` }] }];
  return directory.get(ImportUserRecords).import(importUserRecords.request.parse({ realm, users }), asked());
}

/** The plan that PostgreSQL keeps of each named statement that `work` runs, by its name. */
async function keptPlansOf(work: () => Promise<unknown>): Promise<ReadonlyMap<string, readonly PlanNode[]>> {
  const query = jest.spyOn(Client.prototype, 'query');
  await work();
  const calls = query.mock.calls.map(([call]) => call as unknown as { name?: string; text: string });
  query.mockRestore();
  const plans = new Map<string, readonly PlanNode[]>();
  for (const { name, text } of calls) {
    if (name === undefined || !/^(user|import|contact)\./.test(name)) continue;
    plans.set(name, nodesOf(await genericPlanOf(text)));
  }
  return plans;
}

async function genericPlanOf(text: string): Promise<PlanNode> {
  const anyValues = [...new Set(text.match(/\$\d+/g))].map(() => 'null');
  await directory.administer('set plan_cache_mode = force_generic_plan');
  await directory.administer(`prepare explained as ${text}`);
  const [row] = await directory.administer<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (format json) execute explained (${anyValues.join(', ')})`,
  );
  await directory.administer('deallocate explained');
  if (row === undefined) throw new Error(`no plan of ${text}`);
  return row['QUERY PLAN'][0].Plan;
}

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/**
 * A connection keeps the plan of a named statement until statistics change, which is a minute or more after the first
 * import into an empty directory has begun: by then a plan that reads a realm instead of a user would have stopped it.
 */
describe('a statement that is planned while the tables are empty', () => {
  it.each<[string, () => Promise<unknown>, string[]]>([
    ['a profile', () => new Users(directory).profile(realm, 'jane'), ['user.profiles']],
    ['an identity', () => new Users(directory).resolve(realm, 'jane'), ['user.identities']],
    [
      'a state',
      () => directory.get(MarkUser).mark({ realm, userId: 'jane', state: 'active' }, asked()),
      ['user.lock_many'],
    ],
    ['an import', () => bring('joan'), ['contact.put', 'import.find_by_key', 'import.insert']],
  ])('finds users and groups one by one, by all columns of a key: %s', async (_, work, names) => {
    const plans = await keptPlansOf(work);
    expect([...plans.keys()].sort()).toEqual(names);
    for (const nodes of plans.values()) {
      for (const node of nodes) {
        expect(node['Node Type']).not.toBe('Seq Scan');
        // one row by its id may be held against more
        if (node['Node Type'] !== 'Index Scan' || /\(id = /.test(node['Index Cond'] ?? '')) continue;
        expect(node.Filter ?? '').not.toMatch(/user_key|alias_key|value_key|\bid =/);
      }
    }
  });
});
