import { outcomeOf } from '../measure/rounds.mjs';
import { loadSideBySide } from '../measure/side-by-side.mjs';
import { userPaths } from '../ours/platform.mjs';
import { runningPlatform } from '../ours/running-platform.mjs';
import { signer as standIn } from '../rivals/stand-in.mjs';
import { startStock, stockEnvironment } from '../rivals/stock.mjs';

const STOCK = 'stock Nest + ClientNats + TypeORM transaction';

/** A signed update of one property: durable, with its event, once. */
export const row = {
  id: 'W1',
  figures: {
    rate: {
      figure: 'signed update of one property, 64 in flight',
      unit: 'req/s',
      goals: [{ against: STOCK, atLeast: 1 }],
    },
    p99: {
      figure: 'signed update of one property, 64 in flight, p99',
      unit: 'ms',
      goals: [{ against: STOCK, atMost: 1 }],
    },
    cpu: {
      figure: 'signed update of one property, 64 in flight, CPU of all processes',
      unit: 'µs/req',
      goals: [{ against: STOCK, atMost: 1 }],
    },
    rateAlone: { figure: 'signed update of one property, 1 in flight', unit: 'req/s', goals: [] },
    p50Alone: { figure: 'signed update of one property, 1 in flight, p50', unit: 'ms', goals: [] },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const ours = await runningPlatform(context);
    const targets = await context.step('W1: starting the rival', () => startAll(context, ours));
    const many = await loadSideBySide(context, 'W1, 64 in flight', targets, 64);
    const alone = await loadSideBySide(context, 'W1, 1 in flight', targets, 1);
    return {
      rate: outcomeOf(many, 'ours', 'perSecond'),
      p99: outcomeOf(many, 'ours', 'p99'),
      cpu: outcomeOf(many, 'ours', 'cpu'),
      rateAlone: outcomeOf(alone, 'ours', 'perSecond'),
      p50Alone: outcomeOf(alone, 'ours', 'p50'),
    };
  },
};

async function startAll(context, ours) {
  const { pid: postgres } = await context.servers.postgres();
  const environment = await stockEnvironment(context);
  const service = context.ending(await startStock('stock-service', environment));
  const gateway = context.ending(await startStock('stock-gateway', environment));
  const { pid: nats } = await context.servers.nats('stock');
  const common = { paths: userPaths, method: 'PUT' };
  return {
    ours: { target: { ...common, url: ours.services.gateway.url, signer: ours.signer }, processes: ours.processes },
    [STOCK]: {
      target: { ...common, url: gateway.url, signer: standIn },
      processes: { gateway: [gateway.pid], service: [service.pid], 'nats-server': [nats], postgres: [postgres] },
    },
  };
}
