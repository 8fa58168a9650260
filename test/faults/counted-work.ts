import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How a piece of work went through the code. */
export interface Counted {
  /** Blocks of code that were run at all. */
  readonly blocks: number;
  /** How often they were run, summed up: work that is counted instead of timed. */
  readonly runs: number;
  /** Equal for two pieces of work that ran the same blocks equally often. */
  readonly way: string;
}

/**
 * Counts the work of a program, as V8 tells how often each block of code is run.
 * @param program a file that exports `works`, a map of functions
 * @throws Error if a piece of work throws, or ran nothing that was counted
 */
export async function countWork(program: string): Promise<Readonly<Record<string, Counted>>> {
  const words = ['--no-opt', '--no-maglev', join(import.meta.dirname, 'count.mjs'), program];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 64 * 1024 * 1024 });
  const counted = JSON.parse(stdout) as Record<string, Counted>;
  const [name] = Object.entries(counted).find(([, { blocks }]) => blocks < 2) ?? [];
  if (name !== undefined) throw new Error(`nothing was counted of ${name}`);
  return counted;
}
