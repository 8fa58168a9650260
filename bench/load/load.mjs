import { join } from 'node:path';
import { processorTimeOf } from '../measure/processor-time.mjs';
import { OrderedProcess } from '../programs/orders.mjs';

const GENERATOR = join(import.meta.dirname, 'generator.mjs');
/** Longest warm-up that still has to be signed for, whatever the rate turns out to be. */
const FIRST_RATE = 10_000;
const RUN_UP_MS = 250;
/** Signed requests go stale, and take memory. */
const MOST_AT_ONCE = 25_000;
const SEND_WITHIN_MS = 600_000;

/**
 * One target under load. Every sample is signed for before it begins, with some more than the last rate promises.
 *
 * @typedef {object} LoadSample
 * @property {number} perSecond answers per second
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} cpu processor time per answer of all `pids`, microseconds
 * @property {Readonly<Record<string, number>>} parts the same of each group of processes
 */
export class Load {
  #generator = new OrderedProcess(GENERATOR);
  #rate = FIRST_RATE;

  /**
   * @param {{ readonly target: import('./signers.mjs').Target, readonly connections: number,
   *   readonly processes: Readonly<Record<string, readonly number[]>> }} plan processes: pids whose time counts, by name
   */
  constructor(plan) {
    this.plan = plan;
  }

  /** @param {number} durationMs */
  async warmUp(durationMs) {
    await this.#run(durationMs);
  }

  /**
   * @param {number} durationMs
   * @returns {Promise<LoadSample>}
   */
  async sample(durationMs) {
    await this.#run(RUN_UP_MS);
    const { target, connections, processes } = this.plan;
    await this.#sign(durationMs);
    const before = timesOf(processes);
    const { completed, seconds, p50, p99 } = await this.#generator.order('run', { target, connections, durationMs });
    if (completed === 0) throw new Error('not one answer came in time');
    const after = timesOf(processes);
    this.#rate = completed / seconds;
    const parts = Object.fromEntries(
      Object.keys(after).map((name) => [name, (after[name] - before[name]) / completed]),
    );
    const cpu = Object.values(parts).reduce((sum, part) => sum + part, 0);
    return { perSecond: completed / seconds, p50, p99, cpu, parts, ...prefixed(parts) };
  }

  /** Sends so many requests, however long that takes. */
  async send(count) {
    const { target, connections } = this.plan;
    const durationMs = SEND_WITHIN_MS;
    for (let left = count; left > 0; left -= MOST_AT_ONCE) {
      await this.#generator.order('sign', { target, mostRequests: Math.min(left, MOST_AT_ONCE) });
      await this.#generator.order('run', { target, connections, durationMs });
    }
  }

  end() {
    return this.#generator.end();
  }

  async #run(durationMs) {
    await this.#sign(durationMs);
    const { target, connections } = this.plan;
    const { completed, seconds } = await this.#generator.order('run', { target, connections, durationMs });
    this.#rate = Math.max(this.#rate, completed / seconds);
  }

  #sign(durationMs) {
    const mostRequests = Math.ceil((this.#rate * 2 * durationMs) / 1_000) + 2 * this.plan.connections;
    return this.#generator.order('sign', { target: this.plan.target, mostRequests });
  }
}

function timesOf(processes) {
  return Object.fromEntries(Object.entries(processes).map(([name, pids]) => [name, processorTimeOf(pids)]));
}

function prefixed(parts) {
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [`cpu of ${name}`, value]));
}
