import { step } from '../scripts/progress.mjs';

/**
 * What a row needs to measure: how long, how often, and a list of what has to be ended afterwards.
 */
export class Context {
  #closers = [];

  /**
   * @param {object} options
   * @param {boolean} options.isQuick
   * @param {import('./ours/servers.mjs').Servers} options.servers
   */
  constructor({ isQuick, servers }) {
    this.isQuick = isQuick;
    this.servers = servers;
    this.rounds = isQuick ? 3 : 5;
    this.sampleMs = isQuick ? 700 : 3_000;
    this.warmUpMs = isQuick ? 700 : 3_000;
  }

  /**
   * @template T
   * @param {string} title
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  step(title, work) {
    return step(title, work);
  }

  /**
   * Has something ended when the row is done, last begun first.
   *
   * @template {{ end(): Promise<void> }} T
   * @param {T} started
   * @returns {T}
   */
  ending(started) {
    this.#closers.push(started);
    return started;
  }

  async close() {
    for (let last = this.#closers.pop(); last !== undefined; last = this.#closers.pop()) await last.end();
  }
}
