/** `npm test [-- <jest arguments>]`: alone enough on a fresh clone. Prepares, then runs jest and ends as it ends. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareOrExit } from './prepare-or-exit.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await prepareOrExit(root);
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const child = spawn(process.execPath, [...flags, jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
// The terminal's Ctrl-C reaches jest by itself; it gets the time to stop its servers. A signal to us alone is passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('close', (code, signal) => {
  process.exitCode = code ?? 1;
  if (signal !== null) {
    process.stderr.write(`countersign: jest ended by ${signal}\n`);
  }
});
