import { writeFile } from 'node:fs/promises';
import { Context } from './context.mjs';
import { judge } from './measure/verdict.mjs';
import { table } from './measure/table.mjs';
import { endPlatform } from './ours/running-platform.mjs';
import { Servers } from './ours/servers.mjs';
import { rows } from './rows/rows.mjs';

/**
 * Measures rows one after another and tells the figures: a table on stdout, and a file when asked for.
 *
 * @param {{ readonly names: readonly string[], readonly isQuick: boolean, readonly jsonFile?: string }} options
 *   names: ids of rows, none: all
 */
export async function run({ names, isQuick, jsonFile }) {
  const chosen = names.length === 0 ? rows : rows.filter(({ id }) => names.includes(id));
  const servers = await Servers.open();
  const judged = [];
  let current;
  const endAll = async () => {
    await current?.close();
    await endPlatform();
    await servers.end();
  };
  const stop = () => void endAll().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    for (const row of chosen) {
      current = new Context({ isQuick, servers });
      try {
        judged.push(...judgeRow(row, await row.run(current)));
      } finally {
        await current.close();
      }
    }
  } finally {
    await endAll();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  process.stdout.write(`\n${table(judged)}`);
  if (jsonFile !== undefined) {
    await writeFile(jsonFile, `${JSON.stringify(judged.map(({ figure }) => figure), null, 2)}\n`);
  }
}

/** A figure without an outcome could not be measured on this machine. */
function judgeRow({ id, figures }, outcomes) {
  return Object.entries(figures)
    .filter(([name]) => outcomes[name] !== undefined)
    .map(([name, declaration]) => judge({ id, ...declaration }, outcomes[name]));
}
