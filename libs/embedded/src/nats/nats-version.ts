import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OLDEST = [2, 9] as const;

/**
 * The version of a nats-server program, as it says itself.
 *
 * @throws when it cannot be run, is no nats-server, or is older than 2.9
 */
export async function readNatsVersion(binary: string): Promise<string> {
  const { stdout } = await run(binary, ['--version']);
  const found = /^nats-server: v((\d+)\.(\d+)\.\S+)/.exec(stdout.trim());
  if (found?.[1] === undefined) {
    throw new Error(`${binary} is no nats-server: it says ${JSON.stringify(stdout.trim().slice(0, 80))}`);
  }
  const [major, minor] = [Number(found[2]), Number(found[3])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new Error(`${binary} is nats-server ${found[1]}, expected ${OLDEST.join('.')} or later`);
  }
  return found[1];
}
