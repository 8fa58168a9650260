import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { processorTimeOf } from '../measure/processor-time.mjs';
import { interleave, outcomeOf } from '../measure/rounds.mjs';
import { runningPlatform } from '../ours/running-platform.mjs';
import { OrderedProcess } from '../programs/orders.mjs';
import { findRedis, startRedis } from '../rivals/redis.mjs';

const REDIS = 'Redis SET NX, auto-pipelining';
const IN_FLIGHT = 64;
const CONTESTED_KEYS = 10_000;

/** Claims of signatures, over the bus to authentication and its table, against a Redis that is asked directly. */
export const row = {
  id: 'P9',
  figures: {
    rate: {
      figure: 'replay claims, 1 gateway, 64 in flight',
      unit: 'claims/s',
      goals: [{ against: REDIS, atLeast: 0.35 }],
    },
    p50: { figure: 'replay claims, 1 gateway, 64 in flight, p50', unit: 'ms', goals: [] },
    p99: {
      figure: 'replay claims, 1 gateway, 64 in flight, p99',
      unit: 'ms',
      goals: [{ against: REDIS, atMost: 1 }],
    },
    rateOfTwo: {
      figure: 'replay claims, 2 gateways, 64 in flight each',
      unit: 'claims/s',
      goals: [{ against: REDIS, atLeast: 0.35 }],
    },
    p99OfTwo: {
      figure: 'replay claims, 2 gateways, 64 in flight each, p99',
      unit: 'ms',
      goals: [{ against: REDIS, atMost: 1 }],
    },
    cpu: { figure: 'replay claims, 1 gateway, CPU without the gateway', unit: 'µs/claim', goals: [] },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const platform = await runningPlatform(context);
    const stores = { ours: await openOurs(context, platform), ...(await openRedis(context)) };
    await context.step('P9: warming up', () => warmUp(context, stores));
    const one = await measure(context, 'P9, 1 gateway', stores, 1);
    const two = await measure(context, 'P9, 2 gateways', stores, 2);
    await context.step('P9: every contested key is won once', () => contest(stores));
    return {
      rate: outcomeOf(one, 'ours', 'perSecond'),
      p50: outcomeOf(one, 'ours', 'p50'),
      p99: outcomeOf(one, 'ours', 'p99'),
      rateOfTwo: outcomeOf(two, 'ours', 'perSecond'),
      p99OfTwo: outcomeOf(two, 'ours', 'p99'),
      cpu: outcomeOf(one, 'ours', 'cpu'),
    };
  },
};

async function openOurs(context, { platform, processes, signer }) {
  const { authentication, 'nats-server': nats, postgres } = processes;
  const options = { natsUrl: platform.natsUrl('gateway'), applicationId: signer.applicationId };
  const claimers = await openClaimers(context, join(import.meta.dirname, '..', 'ours', 'claimer.mjs'), options);
  return { claimers, pids: [...authentication, ...nats, ...postgres] };
}

async function openRedis(context) {
  const binary = findRedis();
  if (binary === undefined) {
    process.stderr.write('P9: redis-server is not installed, so there is nothing to compare with\n');
    return {};
  }
  const redis = context.ending(await startRedis(binary, context.servers.folder));
  const script = join(import.meta.dirname, '..', 'rivals', 'redis-claimer.mjs');
  return { [REDIS]: { claimers: await openClaimers(context, script, { port: redis.port }), pids: [redis.pid] } };
}

async function openClaimers(context, script, options) {
  const claimers = [1, 2].map(() => context.ending(new OrderedProcess(script)));
  await Promise.all(claimers.map((claimer) => claimer.order('open', options)));
  return claimers;
}

async function warmUp(context, stores) {
  const order = { inFlight: IN_FLIGHT, durationMs: context.warmUpMs };
  for (const { claimers } of Object.values(stores)) {
    await Promise.all(claimers.map((claimer) => claimer.order('fresh', order)));
  }
}

function measure(context, title, stores, gateways) {
  const variants = Object.entries(stores).map(([name, { claimers, pids }]) => {
    return [name, () => sample(claimers.slice(0, gateways), pids, context.sampleMs)];
  });
  return interleave(context, title, Object.fromEntries(variants));
}

async function sample(claimers, pids, durationMs) {
  const before = processorTimeOf(pids);
  const order = { inFlight: IN_FLIGHT, durationMs };
  const samples = await Promise.all(claimers.map((claimer) => claimer.order('fresh', order)));
  const used = processorTimeOf(pids) - before;
  const completed = samples.reduce((sum, one) => sum + one.completed, 0);
  return {
    perSecond: completed / (durationMs / 1_000),
    p50: Math.max(...samples.map(({ p50 }) => p50)),
    p99: Math.max(...samples.map(({ p99 }) => p99)),
    cpu: used / completed,
  };
}

/** Two gateways claim the same keys at once. */
async function contest(stores) {
  for (const [name, { claimers }] of Object.entries(stores)) {
    const order = { seed: randomUUID(), count: CONTESTED_KEYS, inFlight: IN_FLIGHT };
    const wins = await Promise.all(claimers.map((claimer) => claimer.order('contested', order)));
    const won = wins.reduce((sum, count) => sum + count, 0);
    if (won !== CONTESTED_KEYS) throw new Error(`${name}: ${won} claims of ${CONTESTED_KEYS} keys were won`);
  }
}
