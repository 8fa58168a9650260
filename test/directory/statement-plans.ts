import { jest } from '@jest/globals';
import pg from 'pg';
import type { OpenDirectory } from './open-directory.js';

export interface SeenStatement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One scan of a table or an index in the plan of a statement, as it ran. */
export interface Scan {
  readonly node: string;
  readonly relation: string;
  /** Rows that it read, those that it then left out included. */
  readonly rows: number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Statements on tables of the directory that `work` sends. */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly SeenStatement[]> {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return spy.mock.calls
      .map(([statement]) => statement as unknown as { name?: string; text?: string; values?: unknown[] })
      .flatMap(({ name, text = '', values = [] }) => (/directory"?\./.test(text) ? [{ name, text, values }] : []));
  } finally {
    spy.mockRestore();
  }
}

/**
 * Runs a statement once more, in each way in which it may be planned, undoes it, and answers what it read. Services plan
 * for any values, also what has no name.
 */
export async function scansOf(directory: OpenDirectory, statement: SeenStatement): Promise<readonly Scan[]> {
  return [
    ...(await scansPlannedFor(directory, statement, 'custom')),
    ...(await scansPlannedFor(directory, statement, 'generic')),
  ];
}

async function scansPlannedFor(
  directory: OpenDirectory,
  { text, values }: SeenStatement,
  plan: 'custom' | 'generic',
): Promise<readonly Scan[]> {
  await directory.administer('begin');
  try {
    await directory.administer(`set local plan_cache_mode = force_${plan}_plan`);
    await directory.administer(`prepare explained as ${text}`);
    const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
    const [row] = await directory.administer<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) execute explained${given}`,
    );
    return row === undefined ? [] : scansIn(row['QUERY PLAN'][0].Plan);
  } finally {
    await directory.administer('rollback');
    await directory.administer('deallocate all');
  }
}

function scansIn(node: PlanNode): Scan[] {
  const rows =
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
    node['Actual Loops'];
  const relation = node['Relation Name'] ?? node['Index Name'];
  const scan = { node: node['Node Type'], relation: relation ?? '', rows };
  const isScan = relation !== undefined && node['Node Type'].endsWith('Scan');
  return [...(isScan ? [scan] : []), ...(node.Plans ?? []).flatMap(scansIn)];
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (!Array.isArray(value)) return pg.escapeLiteral(String(value));
  return pg.escapeLiteral(`{${value.map((item) => `"${String(item).replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`);
}
