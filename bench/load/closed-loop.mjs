import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { percentile } from '../measure/statistics.mjs';
import { Answers } from './answers.mjs';

/**
 * @typedef {object} Sample
 * @property {number} completed answers within the time; a server that was just started may give none in a short one
 * @property {number} seconds from the first request until the time was over or the requests were
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 */

/**
 * Asks over connections that are kept, each with one request under way, as fast as the answers come. What is under
 * way when the time is over is waited for and not counted.
 *
 * @param {{ readonly url: string, readonly connections: number, readonly requests: readonly string[],
 *   readonly durationMs: number, readonly expected: number }} load
 * @returns {Promise<Sample>}
 * @throws Error when an answer has another status than expected, or a connection ends
 */
export async function runClosedLoop({ url, connections, requests, durationMs, expected }) {
  const { hostname, port } = new URL(url);
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(hostname, Number(port))));
  try {
    return await ask(sockets, requests, durationMs, expected);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function open(host, port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.setEncoding('latin1');
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function ask(sockets, requests, durationMs, expected) {
  const latencies = new Float64Array(requests.length);
  let sent = 0;
  let completed = 0;
  const startedAt = performance.now();
  const until = startedAt + durationMs;
  let endedAt = startedAt;
  const serve = (socket) =>
    new Promise((resolve, reject) => {
      const answers = new Answers();
      let sentAt = 0;
      const send = () => {
        if (sent >= requests.length || performance.now() >= until) return resolve();
        sentAt = performance.now();
        socket.write(requests[sent], 'latin1');
        sent += 1;
      };
      socket.on('data', (piece) => {
        try {
          const status = answers.take(piece);
          if (status === 0) return;
          if (status !== expected)
            throw new Error(`an answer is ${status}, expected ${expected}: ${piece.slice(0, 500)}`);
          const now = performance.now();
          if (now <= until) {
            latencies[completed] = now - sentAt;
            completed += 1;
            endedAt = now;
          }
          send();
        } catch (error) {
          reject(error);
        }
      });
      socket.once('error', reject);
      socket.once('end', () => reject(new Error('a connection was ended by the server')));
      send();
    });
  await Promise.all(sockets.map(serve));
  const sorted = latencies.subarray(0, completed).sort();
  const percentileOf = (share) => (completed === 0 ? Number.POSITIVE_INFINITY : percentile(sorted, share));
  const seconds = ((sent >= requests.length ? endedAt : until) - startedAt) / 1_000;
  return { completed, seconds, p50: percentileOf(0.5), p99: percentileOf(0.99) };
}
