import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * A process of ours that does what it is told, one order after another: `{verb, order}` in, `{outcome}` or `{fault}`
 * back.
 */
export class OrderedProcess {
  #child;

  /**
   * @param {string} script path
   * @param {{ readonly env?: NodeJS.ProcessEnv, readonly execArgv?: readonly string[] }} [options]
   */
  constructor(script, { env = process.env, execArgv = [] } = {}) {
    this.#child = fork(script, [], { env, execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  get pid() {
    return this.#child.pid;
  }

  /**
   * @param {string} verb
   * @param {unknown} [order]
   * @returns {Promise<any>} what it answers
   * @throws Error what went wrong there, or that it ended
   */
  async order(verb, order) {
    const ended = new AbortController();
    const { signal } = ended;
    try {
      this.#child.send({ verb, order });
      const [answer] = await Promise.race([
        once(this.#child, 'message', { signal }),
        once(this.#child, 'exit', { signal }).then(([code]) => {
          throw new Error(`a process of the benchmark ended with ${code}`);
        }),
      ]);
      if (answer.fault !== undefined) throw new Error(answer.fault);
      return answer.outcome;
    } finally {
      ended.abort();
    }
  }

  async end() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}
