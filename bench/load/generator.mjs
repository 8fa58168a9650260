/**
 * The load, in a process of its own: it signs ahead and then only writes and reads. Told what to do by its parent.
 *
 * @typedef {{ readonly target: import('./signers.mjs').Target, readonly connections: number,
 *   readonly durationMs: number, readonly mostRequests: number }} LoadOrder
 */
import { runClosedLoop } from './closed-loop.mjs';
import { requestMaker } from './signers.mjs';

let requests = [];

process.on('message', async ({ verb, order }) => {
  try {
    process.send({ outcome: verb === 'sign' ? await sign(order) : await run(order) });
  } catch (error) {
    process.send({ fault: error.stack });
  }
});
process.on('disconnect', () => process.exit());

/** @param {LoadOrder} order */
async function sign({ target, mostRequests }) {
  const make = await requestMaker(target);
  requests = make(mostRequests);
  return requests.length;
}

/** @param {LoadOrder} order */
function run({ target, connections, durationMs }) {
  const { url, expected = 200 } = target;
  return runClosedLoop({ url, connections, requests, durationMs, expected });
}
