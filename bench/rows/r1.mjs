import { outcomeOf } from '../measure/rounds.mjs';
import { loadSideBySide } from '../measure/side-by-side.mjs';
import { Growth } from '../ours/grown-platform.mjs';

const USERS = 10_000;
const ONE = 'one realm';
const HUNDRED = '100 realms';

/** What a read costs when as many users belong to many realms, each with an application of its own. */
export const row = {
  id: 'R1',
  figures: {
    cpu: {
      figure: 'signed user read, 10,000 users in 1,000 realms, 64 in flight, CPU of all processes',
      unit: 'µs/req',
      goals: [{ against: ONE, atMost: 1.15 }],
    },
    reads: {
      figure: 'signed user read, 10,000 users in 1,000 realms, 64 in flight',
      unit: 'req/s',
      goals: [{ against: ONE, atLeast: 0.85 }],
    },
    p99: { figure: 'signed user read, 10,000 users in 1,000 realms, p99', unit: 'ms', goals: [] },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const growth = new Growth(context);
    const grown = (realms) =>
      context.step(`R1: making ${realms} realms`, () => growth.byRealms(`realms_${realms}`, realms, USERS));
    const targets = { ours: await grown(1_000), [HUNDRED]: await grown(100), [ONE]: await grown(1) };
    const samples = await loadSideBySide(context, 'R1', targets, 64);
    return {
      cpu: outcomeOf(samples, 'ours', 'cpu'),
      reads: outcomeOf(samples, 'ours', 'perSecond'),
      p99: outcomeOf(samples, 'ours', 'p99'),
    };
  },
};
