import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startOrder } from '@countersign/contracts';
import { Load } from '../load/load.mjs';
import { residentMebibytes } from '../measure/memory.mjs';
import { userPaths } from '../ours/platform.mjs';
import { runningPlatform } from '../ours/running-platform.mjs';
import { startProgram } from '../programs/program.mjs';
import { signer as standIn } from '../rivals/stand-in.mjs';
import { startStock, stockEnvironment } from '../rivals/stock.mjs';

const STOCK_GATEWAY = 'unbundled Nest gateway';
const STOCK_SERVICE = 'unbundled Nest + TypeORM service';
const FLOOR = 'node:http';
const SETTLE_MS = 1_000;
const CONNECTIONS = 64;
/** A figure for each process in each state, by its key. */
const parts = new Map(
  ['Idle', 'Loaded'].flatMap((state) =>
    ['gateway', ...startOrder].map((service) => [
      `${service}${state}`,
      { service, state: state.toLowerCase(), rival: service === 'gateway' ? STOCK_GATEWAY : STOCK_SERVICE },
    ]),
  ),
);

/** Resident memory of processes that were started as an operator starts them: idle after their first answers, and under load. */
export const row = {
  id: 'P13',
  figures: ofEach(figureOf),

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const { platform, signer } = await runningPlatform(context);
    const env = await context.step('P13: preparing', () => stockEnvironment(context));
    const requests = context.isQuick ? 5_000 : 30_000;
    const count = context.isQuick ? 1 : context.rounds;
    const rounds = [];
    for (let round = 1; round <= count; round += 1) {
      rounds.push(
        await context.step(`P13: round ${round} of ${count}`, () => measureAll(platform, signer, env, requests)),
      );
    }
    return ofEach(({ service, state, rival }) => {
      const pick = (name) => rounds.map((round) => round[state][name]);
      return { ours: pick(service), rivals: { [rival]: pick(rival), [FLOOR]: pick(FLOOR) } };
    });
  },
};

function ofEach(make) {
  return Object.fromEntries([...parts].map(([key, part]) => [key, make(part)]));
}

function figureOf({ service, state, rival }) {
  const goals = {
    idle: [
      { against: rival, atMost: 0.85 },
      { against: FLOOR, atMost: 1.45 },
    ],
    loaded: [{ atMost: 130 }, { against: rival, atMost: 0.85 }],
  };
  return { figure: `memory of the ${service}, ${state}`, unit: 'MiB', goals: goals[state] };
}

/** One set of processes after the other, so that none has the other's load beside it. */
async function measureAll(platform, signer, env, requests) {
  const start = (name) => platform.startService(name, { isBare: true });
  const sets = [
    [Object.fromEntries([...startOrder, 'gateway'].map((name) => [name, () => start(name)])), signer],
    [
      {
        [STOCK_SERVICE]: () => startStock('stock-service', env, { isBare: true }),
        [STOCK_GATEWAY]: () => startStock('stock-gateway', env, { isBare: true }),
      },
      standIn,
    ],
    [
      {
        [FLOOR]: () =>
          startProgram({ script: join(import.meta.dirname, '..', 'rivals', 'node-http.mjs'), isBare: true }),
      },
      standIn,
    ],
  ];
  const found = { idle: {}, loaded: {} };
  for (const [starts, setSigner] of sets) {
    const { idle: idleOf, loaded: loadedOf } = await measureSet(starts, setSigner, requests);
    Object.assign(found.idle, idleOf);
    Object.assign(found.loaded, loadedOf);
  }
  return found;
}

/** The last of a set has the port. */
async function measureSet(starts, signer, requests) {
  const programs = {};
  let load;
  try {
    for (const [name, start] of Object.entries(starts)) programs[name] = await start();
    const { url } = Object.values(programs).at(-1);
    load = new Load({ target: { url, paths: userPaths, signer }, connections: CONNECTIONS, processes: {} });
    await load.send(CONNECTIONS);
    await wait(SETTLE_MS);
    const idleOf = memoryOf(programs);
    await load.send(requests);
    return { idle: idleOf, loaded: memoryOf(programs) };
  } finally {
    await load?.end();
    for (const program of Object.values(programs).reverse()) await program.end();
  }
}

function memoryOf(programs) {
  return Object.fromEntries(Object.entries(programs).map(([name, { pid }]) => [name, residentMebibytes(pid)]));
}
