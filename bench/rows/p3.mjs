import { join } from 'node:path';
import { outcomeOf } from '../measure/rounds.mjs';
import { loadSideBySide } from '../measure/side-by-side.mjs';
import { userPaths } from '../ours/platform.mjs';
import { startProgram } from '../programs/program.mjs';
import { signer } from '../rivals/stand-in.mjs';

const STOCK = 'ClientNats and ServerNats';
const FLOOR = 'bare client, batched by hand';

const OURS = join(import.meta.dirname, '..', 'ours');
const RIVALS = join(import.meta.dirname, '..', 'rivals');
const PROGRAMS = {
  ours: { gateway: join(OURS, 'bus-gateway.mjs'), service: join(OURS, 'bus-service.mjs') },
  [STOCK]: { gateway: join(RIVALS, 'stock-gateway.mjs'), service: join(RIVALS, 'stock-constant-service.mjs') },
  [FLOOR]: { gateway: join(RIVALS, 'raw-mux-gateway.mjs'), service: join(RIVALS, 'raw-mux-service.mjs') },
};

/** HTTP with signatures, then the bus, then a handler that knows the answer: only the transport differs. */
export const row = {
  id: 'P3',
  figures: {
    rate: {
      figure: 'gateway, bus, handler without database, 64 in flight',
      unit: 'req/s',
      goals: [
        { against: STOCK, atLeast: 2 },
        { against: FLOOR, atLeast: 0.8 },
      ],
    },
    cpu: {
      figure: 'gateway, bus, handler without database, CPU of all processes',
      unit: 'µs/req',
      goals: [{ against: STOCK, atMost: 0.4 }],
    },
    p50Alone: { figure: 'gateway, bus, handler without database, 1 in flight, p50', unit: 'ms', goals: [] },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const plans = await context.step('P3: starting', () => startAll(context));
    const many = await loadSideBySide(context, 'P3, 64 in flight', plans, 64);
    const alone = await loadSideBySide(context, 'P3, 1 in flight', plans, 1);
    return {
      rate: outcomeOf(many, 'ours', 'perSecond'),
      cpu: outcomeOf(many, 'ours', 'cpu'),
      p50Alone: outcomeOf(alone, 'ours', 'p50'),
    };
  },
};

async function startAll(context) {
  const nats = await context.servers.nats('stock');
  const env = { NATS_URL: nats.url };
  const plans = {};
  for (const [name, scripts] of Object.entries(PROGRAMS)) {
    const service = context.ending(await startProgram({ script: scripts.service, env }));
    const gateway = context.ending(await startProgram({ script: scripts.gateway, env }));
    plans[name] = {
      target: { url: gateway.url, paths: userPaths, signer },
      processes: { gateway: [gateway.pid], service: [service.pid], 'nats-server': [nats.pid] },
    };
  }
  return plans;
}
