/** `npm run fuzz [-- <target> ...]`: alone enough on a fresh clone. Prepares, bundles the targets, feeds them. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareOrExit } from '../scripts/prepare-or-exit.mjs';

const USAGE = `usage: npm run fuzz [-- <target> ...] [--minutes <n>] [--seconds <n>] [--seed <n>] [--list]
       npm run fuzz -- <target> --input <base64>

  <target>       one or more of those that --list shows; none: all of them
  --minutes <n>  for each target; 1 by default
  --seconds <n>  the same, shorter
  --seed <n>     of an earlier run: the same inputs again, in the same order
  --input <b64>  one input only, as a finding tells it
  --list         says what each target is

Exit code: 0 everything holds, 1 something does not, 2 wrong usage. See fuzz/README.md.
`;

const root = join(import.meta.dirname, '..');
const options = readOptions();
if (options !== undefined) {
  process.chdir(root);
  await prepareOrExit(root);
  const { runFuzz } = await import('./run.mjs');
  process.exitCode = await runFuzz(options);
}

/** undefined: nothing is to be run. */
function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string' },
        input: { type: 'string' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return undefined;
    }
    const seconds =
      values.seconds === undefined ? 60 * number('minutes', values.minutes ?? '1') : number('seconds', values.seconds);
    const seed = values.seed === undefined ? Date.now() % 2 ** 31 : number('seed', values.seed);
    const input = values.input === undefined ? undefined : Buffer.from(values.input, 'base64');
    if (input !== undefined && positionals.length !== 1) throw new Error('--input is for one target');
    return { names: positionals, seconds, seed, input, isList: values.list === true };
  } catch (error) {
    process.stderr.write(`error: ${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

function number(name, text) {
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`--${name} is not a number: ${text}`);
  return value;
}
