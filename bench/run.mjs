import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { compileAhead } from '../scripts/compile-ahead.mjs';
import { Context } from './context.mjs';
import { table } from './measure/table.mjs';
import { judge } from './measure/verdict.mjs';
import { ofImages } from './ours/platform.mjs';
import { endPlatform } from './ours/running-platform.mjs';
import { Servers } from './ours/servers.mjs';
import { rows } from './rows/rows.mjs';

/**
 * Measures rows one after another and tells the figures: a table on stdout, and a file when asked for. A row that
 * fails is told and does not keep the others from being measured.
 *
 * @param {{ readonly names: readonly string[], readonly isQuick: boolean, readonly jsonFile?: string }} options
 *   names: ids of rows in any case, none: all
 * @returns {Promise<number>} exit code: 0, 1 when a row could not be measured, 2 for a row that is none
 */
export async function run({ names, isQuick, jsonFile }) {
  const wanted = names.map((name) => name.toUpperCase());
  const unknown = wanted.filter((name) => rows.every(({ id }) => id !== name));
  if (unknown.length > 0) {
    process.stderr.write(`error: no row ${unknown.join(', ')}; there are ${rows.map(({ id }) => id).join(', ')}\n`);
    return 2;
  }
  await compileAhead(ofImages.NODE_OPTIONS);
  const servers = await Servers.open();
  const chosen = rows.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const { judged, faults } = await measureAll(chosen, isQuick, servers);
  process.stdout.write(`\nNode ${process.versions.node}, ${availableParallelism()} cores\n${table(judged)}`);
  if (jsonFile !== undefined) {
    await writeFile(
      jsonFile,
      `${JSON.stringify(
        judged.map(({ figure }) => figure),
        null,
        2,
      )}\n`,
    );
  }
  for (const { id, error } of faults) process.stderr.write(`${id} could not be measured: ${error.stack}\n`);
  return faults.length === 0 ? 0 : 1;
}

async function measureAll(chosen, isQuick, servers) {
  const judged = [];
  const faults = [];
  let context;
  const endAll = async () => {
    await context?.close();
    await endPlatform();
    await servers.end();
  };
  const stop = () => void endAll().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    for (const row of chosen) {
      context = new Context({ isQuick, servers });
      try {
        judged.push(...judgeRow(row, await row.run(context)));
      } catch (error) {
        faults.push({ id: row.id, error });
      }
      await context.close();
    }
  } finally {
    await endAll();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  return { judged, faults };
}

/** A figure without an outcome could not be measured on this machine. */
function judgeRow({ id, figures }, outcomes) {
  return Object.entries(figures)
    .filter(([name]) => outcomes[name] !== undefined)
    .map(([name, declaration]) => judge({ id, ...declaration }, outcomes[name]));
}
