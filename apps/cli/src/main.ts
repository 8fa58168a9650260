import { isatty } from 'node:tty';
import { exitCodes } from './output/exit-code.js';
import { run } from './run.js';

/** A reader that has seen enough, such as `head`, is no failure. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.refused);
  });
}
process.on('SIGINT', () => process.exit(exitCodes.interrupted));

process.exitCode = await run({
  typed: process.argv.slice(2),
  environment: process.env,
  workingFolder: process.cwd(),
  openStdin: () => process.stdin,
  isStdinTerminal: isatty(0),
  stdout: process.stdout,
  stderr: process.stderr,
});
