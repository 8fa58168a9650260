import { outcomeOf } from '../measure/rounds.mjs';
import { loadSideBySide } from '../measure/side-by-side.mjs';
import { userPaths } from '../ours/platform.mjs';
import { runningPlatform } from '../ours/running-platform.mjs';
import { startBetterAuth } from '../rivals/better-auth.mjs';
import { signer as standIn } from '../rivals/stand-in.mjs';
import { startStock, stockEnvironment } from '../rivals/stock.mjs';

const STOCK = 'stock Nest + ClientNats + findOne';
const BETTER_AUTH = 'better-auth get-session';

/** A signed read of a user, the whole way to PostgreSQL and back. */
export const row = {
  id: 'P4',
  figures: {
    rate: {
      figure: 'signed user read, 64 in flight',
      unit: 'req/s',
      goals: [
        { against: STOCK, atLeast: 4 },
        { against: BETTER_AUTH, atLeast: 10 },
      ],
    },
    p99: {
      figure: 'signed user read, 64 in flight, p99',
      unit: 'ms',
      goals: [
        { against: STOCK, atMost: 0.2 },
        { against: BETTER_AUTH, atMost: 0.2 },
      ],
    },
    cpu: {
      figure: 'signed user read, 64 in flight, CPU of all processes',
      unit: 'µs/req',
      goals: [{ against: STOCK, atMost: 0.25 }],
    },
    rateAlone: { figure: 'signed user read, 1 in flight', unit: 'req/s', goals: [] },
    p50Alone: { figure: 'signed user read, 1 in flight, p50', unit: 'ms', goals: [{ against: STOCK, atMost: 1.3 }] },
    p99Alone: { figure: 'signed user read, 1 in flight, p99', unit: 'ms', goals: [] },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const ours = await runningPlatform(context);
    const targets = await context.step('P4: starting the rivals', () => startAll(context, ours));
    const many = await loadSideBySide(context, 'P4, 64 in flight', targets, 64);
    const alone = await loadSideBySide(context, 'P4, 1 in flight', targets, 1);
    return {
      rate: outcomeOf(many, 'ours', 'perSecond'),
      p99: outcomeOf(many, 'ours', 'p99'),
      cpu: outcomeOf(many, 'ours', 'cpu'),
      rateAlone: outcomeOf(alone, 'ours', 'perSecond'),
      p50Alone: outcomeOf(alone, 'ours', 'p50'),
      p99Alone: outcomeOf(alone, 'ours', 'p99'),
    };
  },
};

async function startAll(context, ours) {
  const { pid: postgres } = await context.servers.postgres();
  const environment = await stockEnvironment(context);
  const service = context.ending(await startStock('stock-service', environment));
  const gateway = context.ending(await startStock('stock-gateway', environment));
  const betterAuth = await startBetterAuth(context);
  context.ending(betterAuth.program);
  const { pid: nats } = await context.servers.nats('stock');
  return {
    ours: {
      target: { url: ours.services.gateway.url, paths: userPaths, signer: ours.signer },
      processes: ours.processes,
    },
    [STOCK]: {
      target: { url: gateway.url, paths: userPaths, signer: standIn },
      processes: { gateway: [gateway.pid], service: [service.pid], 'nats-server': [nats], postgres: [postgres] },
    },
    [BETTER_AUTH]: {
      target: betterAuth.target,
      processes: { server: [betterAuth.program.pid], postgres: [postgres] },
    },
  };
}
