import { startOrder } from '@countersign/contracts';
import { verifyAnswer } from '../load/verify-answer.mjs';
import { Platform, userPaths } from './platform.mjs';

/**
 * The whole product running and seeded, shared by all rows that ask it something.
 *
 * @typedef {object} RunningPlatform
 * @property {Platform} platform
 * @property {Readonly<Record<'gateway' | import('@countersign/contracts').RunningService, import('../programs/program.mjs').Program>>} services
 * @property {import('../load/signers.mjs').SignedKind} signer
 * @property {Readonly<Record<string, readonly number[]>>} processes pids by what they are, for their processor time
 * @property {() => Promise<void>} end
 */

/** @type {Promise<RunningPlatform> | undefined} */
let shared;

/**
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<RunningPlatform>}
 */
export function runningPlatform(context) {
  shared ??= context.step('starting and seeding Countersign', () => start(context.servers));
  return shared;
}

/** Ends it if it was ever started. */
export async function endPlatform() {
  const running = await shared?.catch(() => undefined);
  shared = undefined;
  await running?.end();
}

async function start(servers) {
  const platform = new Platform(servers);
  await platform.provision();
  const { services, end } = await startServices(platform);
  try {
    const application = await platform.seed();
    const signer = { kind: 'signed', ...application };
    await verifyAnswer(services.gateway.url + userPaths[0], signer);
    return { platform, services, signer, processes: await processesOf(platform, services), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * All services of a platform that is provisioned.
 *
 * @param {Platform} platform
 * @returns {Promise<Pick<RunningPlatform, 'services' | 'end'>>}
 */
export async function startServices(platform) {
  const services = {};
  const end = async () => {
    for (const service of Object.values(services).reverse()) await service.end();
  };
  try {
    for (const name of [...startOrder, 'gateway']) services[name] = await platform.startService(name);
    return { services, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @returns {Promise<RunningPlatform['processes']>} */
export async function processesOf(platform, services) {
  const { pid } = await platform.servers.postgres();
  const pids = Object.entries(services).map(([name, service]) => [name, [service.pid]]);
  return { ...Object.fromEntries(pids), 'nats-server': [platform.natsPid], postgres: [pid] };
}
