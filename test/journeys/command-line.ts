import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './platform.js';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as a person does at a prompt, in the checkout unless told. */
export async function run(
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  input?: string,
  folder = root,
): Promise<Outcome> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    timeout: 60_000,
  });
  child.stdin.end(input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** `countersign …` against the platform of a data folder. */
export function countersign(folder: string, ...args: string[]): Promise<Outcome> {
  const bin = join(root, 'bin', 'countersign.mjs');
  return run([process.execPath, bin, ...args], { COUNTERSIGN_DATA: folder });
}
