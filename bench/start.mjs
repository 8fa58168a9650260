/** `npm run bench [-- <row> ... --quick --json <file>]`: alone enough on a fresh clone. Prepares, installs rivals, measures. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareOrExit } from '../scripts/prepare-or-exit.mjs';
import { installRivals } from './install-rivals.mjs';

const USAGE = `usage: npm run bench [-- <row> ...] [--quick] [--json <file>]

  <row>          P1 P2 P3 P4 P9 P12 P13 W1 R1 I1; none: all of them
  --quick        shorter samples and fewer rounds: some minutes in all
  --json <file>  also writes the figures as JSON

What each row means stands in bench/README.md.
`;

const root = join(import.meta.dirname, '..');
const options = readOptions();
if (options !== undefined) {
  await prepareOrExit(root);
  await installRivals(root);
  const { run } = await import('./run.mjs');
  process.exitCode = await run(options);
}

/** undefined: nothing is to be run. */
function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return undefined;
    }
    return { names: positionals, isQuick: values.quick === true, jsonFile: values.json };
  } catch (error) {
    process.stderr.write(`error: ${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}
