import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { signedFetch } from '@countersign/signing';
import { interleave, outcomeOf } from '../measure/rounds.mjs';
import { realm, userPaths } from '../ours/platform.mjs';
import { runningPlatform } from '../ours/running-platform.mjs';
import { signer as standIn } from '../rivals/stand-in.mjs';
import { startStock, stockEnvironment } from '../rivals/stock.mjs';

const STOCK = 'unbundled Nest + TypeORM, 2 processes';
const NOTHING = 'node -e 0';
const RETRY_MS = 4;
const READ_WITHIN_MS = 60_000;

/** All processes are started at once, over servers that run and a database that has been migrated. */
export const row = {
  id: 'P12',
  figures: {
    read: {
      figure: 'start to first signed 200: gateway, authentication, directory',
      unit: 'ms',
      goals: [
        { against: STOCK, atMost: 0.33 },
        { against: NOTHING, atMost: 5 },
      ],
    },
    answer: {
      figure: 'start to first signed answer: gateway and authentication only',
      unit: 'ms',
      goals: [
        { against: STOCK, atMost: 0.33 },
        { against: NOTHING, atMost: 5 },
      ],
    },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const { platform, signer } = await runningPlatform(context);
    const env = await context.step('P12: preparing', () => stockEnvironment(context));
    const ours = (services, path, expected) => () =>
      timeToAnswer(
        services.map((name) => () => platform.startService(name, { isBare: true })),
        path,
        signer,
        expected,
      );
    const samples = await interleave(context, 'P12', {
      ours: ours(['authentication', 'directory', 'gateway'], userPaths[0], 200),
      'two of ours': ours(['authentication', 'gateway'], `/${realm}/api/v1/nothing/here`, 404),
      [STOCK]: () =>
        timeToAnswer(
          ['stock-service', 'stock-gateway'].map((name) => () => startStock(name, env, { isBare: true })),
          userPaths[0],
          standIn,
          200,
        ),
      [NOTHING]: timeOfNothing,
    });
    const { 'two of ours': two, ...three } = samples;
    return {
      read: outcomeOf(three, 'ours', 'ms'),
      answer: outcomeOf({ ...three, ours: two }, 'ours', 'ms'),
    };
  },
};

/** The last of `starts` is the one with a port. */
async function timeToAnswer(starts, path, signer, expected) {
  const startedAt = performance.now();
  const starting = starts.map((start) => start());
  try {
    const { url } = await starting.at(-1);
    await firstAnswer(`${url}${path}`, signer, expected, startedAt + READ_WITHIN_MS);
    return { ms: performance.now() - startedAt };
  } finally {
    const programs = await Promise.all(starting);
    await Promise.all(programs.map((program) => program.end()));
  }
}

/** Every try is signed anew. */
async function firstAnswer(url, { applicationId, applicationKey }, expected, until) {
  while (performance.now() < until) {
    const answer = await signedFetch(url, { applicationId, applicationKey });
    if (answer.status === expected && answer.signatureHolds === true) return;
    await wait(RETRY_MS);
  }
  throw new Error(`${url} did not answer ${expected} in time`);
}

async function timeOfNothing() {
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, ['-e', '0']);
  return { ms: performance.now() - startedAt };
}
