import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Another Node process, for a spec that kills one or races several. */
export interface OtherProcess {
  readonly pid: number;
  /** The next line it prints, parsed as JSON; rejects with what it wrote to stderr when it ends first. */
  next<T>(): Promise<T>;
  /** Sends the signal and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Who the process runs as (root only). */
export interface OtherProcessOptions {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Runs a module in a process of its own.
 *
 * @param source text of an ES module; imports by absolute file URL; talks by `console.log(JSON.stringify(...))`
 */
export function startOtherProcess(source: string, options: OtherProcessOptions = {}): OtherProcess {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...options,
  });
  const gone = once(child, 'close');
  const faults: string[] = [];
  child.stderr.on('data', (chunk) => faults.push(String(chunk)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    next: async <T>() => {
      const { value, done } = await lines.next();
      if (done) {
        await gone;
        throw new Error(`process ended: ${faults.join('')}`);
      }
      return JSON.parse(value) as T;
    },
    kill: async (signal = 'SIGKILL') => {
      if (isRunning(child)) {
        child.kill(signal);
      }
      await gone;
    },
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
