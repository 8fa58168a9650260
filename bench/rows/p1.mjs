import { join } from 'node:path';
import { verifyAnswer } from '../load/verify-answer.mjs';
import { outcomeOf } from '../measure/rounds.mjs';
import { loadSideBySide } from '../measure/side-by-side.mjs';
import { realm } from '../ours/platform.mjs';
import { runningPlatform } from '../ours/running-platform.mjs';
import { startProgram } from '../programs/program.mjs';
import { applicationId, keyText, signer as standIn } from '../rivals/stand-in.mjs';

const HAWK = 'Hawk on bare Fastify';
const FLOOR = 'node:http, verify and sign';
const RIVALS = join(import.meta.dirname, '..', 'rivals');

/** A path of the realm that no route has: verified and claimed like any other, then answered by the gateway itself. */
const paths = Array.from({ length: 1_000 }, (_, position) => `/${realm}/api/v1/nothing/n${position}`);

/** Verify, claim, sign: what every request costs before anything is done for it. */
export const row = {
  id: 'P1',
  figures: {
    rate: {
      figure: 'signed request: verify, claim, signed answer, 64 in flight',
      unit: 'req/s',
      goals: [
        { against: HAWK, atLeast: 1 },
        { against: FLOOR, atLeast: 0.75 },
      ],
    },
    gatewayCpu: {
      figure: 'signed request: verify, claim, signed answer, CPU of the gateway',
      unit: 'µs/req',
      goals: [{ against: HAWK, atMost: 1 }],
    },
    cpu: {
      figure: 'signed request: verify, claim, signed answer, CPU with the replay store',
      unit: 'µs/req',
      goals: [],
    },
    p99: { figure: 'signed request: verify, claim, signed answer, p99', unit: 'ms', goals: [] },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const { services, signer, processes } = await runningPlatform(context);
    const { gateway, authentication, 'nats-server': nats, postgres } = processes;
    const { url } = services.gateway;
    await verifyAnswer(`${url}/${realm}/api/v1/nothing/here`, signer, 404);
    const hawk = await start(context, 'hawk-on-fastify.mjs');
    const floor = await start(context, 'node-http.mjs', 'signed');
    const hawkSigner = { kind: 'hawk', id: applicationId, key: keyText };
    const plans = {
      ours: {
        target: { url, paths, signer, expected: 404 },
        processes: { gateway, authentication, 'nats-server': nats, postgres },
      },
      [HAWK]: { target: { url: hawk.url, paths, signer: hawkSigner }, processes: { gateway: [hawk.pid] } },
      [FLOOR]: { target: { url: floor.url, paths, signer: standIn }, processes: { gateway: [floor.pid] } },
    };
    const samples = await loadSideBySide(context, 'P1', plans, 64);
    return {
      rate: outcomeOf(samples, 'ours', 'perSecond'),
      gatewayCpu: outcomeOf(samples, 'ours', 'cpu of gateway'),
      cpu: outcomeOf(samples, 'ours', 'cpu'),
      p99: outcomeOf(samples, 'ours', 'p99'),
    };
  },
};

async function start(context, script, ...args) {
  return context.ending(await startProgram({ script: join(RIVALS, script), args }));
}
