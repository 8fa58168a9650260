import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const END_WITH_PARENT = pathToFileURL(join(import.meta.dirname, 'end-with-parent.mjs')).href;
const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 20_000;

/**
 * @typedef {object} Program a server in a process of its own, which has said `ready <url>`
 * @property {number} pid
 * @property {string} url
 * @property {() => Promise<void>} end SIGTERM, and SIGKILL when that takes too long
 *
 * @param {object} plan
 * @param {string} plan.script path
 * @param {readonly string[]} [plan.args]
 * @param {NodeJS.ProcessEnv} [plan.env] beside what a program needs to run at all
 * @param {readonly string[]} [plan.execArgv]
 * @param {boolean} [plan.isBare] true: started as it would be without the benchmark, for its start time and memory
 * @returns {Promise<Program>}
 * @throws Error with what it wrote to stderr, when it ends before it is ready
 */
export async function startProgram({ script, args = [], env = {}, execArgv = [], isBare = false }) {
  const guard = isBare ? [] : ['--import', END_WITH_PARENT];
  const child = spawn(process.execPath, [...guard, ...execArgv, script, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(isBare ? [] : ['ipc'])],
  });
  const program = { pid: child.pid, url: '', end: () => end(child) };
  const faults = [];
  child.stderr.on('data', (chunk) => {
    faults.push(String(chunk));
    if (faults.length > 50) faults.shift();
  });
  try {
    program.url = await readyUrl(child);
    return program;
  } catch (error) {
    await end(child);
    throw new Error(`${script}: ${error.message}: ${faults.join('').trim()}`);
  }
}

async function readyUrl(child) {
  const giveUp = AbortSignal.timeout(READY_WITHIN_MS);
  const lines = createInterface({ input: child.stdout, signal: giveUp });
  for await (const line of lines) {
    const [, url] = /^ready (\S+)$/.exec(line) ?? [];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error(giveUp.aborted ? `not ready within ${READY_WITHIN_MS} ms` : 'ended before it was ready');
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
