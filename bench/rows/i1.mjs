import { outcomeOf } from '../measure/rounds.mjs';
import { loadSideBySide } from '../measure/side-by-side.mjs';
import { Growth } from '../ours/grown-platform.mjs';

const sizes = { full: [10_000, 100_000, 1_000_000], quick: [2_000, 10_000, 50_000] };
const SMALLEST = 'a hundredth of the users';
const MIDDLE = 'a tenth of the users';
const FIRST = 'the first tenth';

/** Users are imported with password hashes, to a million; then what a read costs beside fewer users. */
export const row = {
  id: 'I1',
  figures: {
    rate: {
      figure: 'import with password hashes, the last tenth of 1,000,000 (50,000)',
      unit: 'users/s',
      goals: [{ atLeast: 5_000 }, { against: FIRST, atLeast: 0.8 }],
    },
    cpu: {
      figure: 'signed user read, 1,000,000 users (50,000), 64 in flight, CPU of all processes',
      unit: 'µs/req',
      goals: [{ against: SMALLEST, atMost: 1.15 }],
    },
    reads: {
      figure: 'signed user read, 1,000,000 users (50,000), 64 in flight',
      unit: 'req/s',
      goals: [{ against: SMALLEST, atLeast: 0.85 }],
    },
    p99: { figure: 'signed user read, 1,000,000 users (50,000), p99', unit: 'ms', goals: [] },
  },

  /** @param {import('../context.mjs').Context} context */
  async run(context) {
    const growth = new Growth(context);
    const [few, some, many] = context.isQuick ? sizes.quick : sizes.full;
    const small = await context.step(`I1: importing ${few} users`, () => growth.byImport('few', few, 1));
    const middle = await context.step(`I1: importing ${some} users`, () => growth.byImport('some', some, 1));
    const large = await context.step(`I1: importing ${many} users`, () => growth.byImport('many', many, 10));
    const samples = await loadSideBySide(
      context,
      'I1, reads',
      { ours: large, [MIDDLE]: middle, [SMALLEST]: small },
      64,
    );
    const { importRates } = large;
    return {
      rate: { ours: [importRates.at(-1)], rivals: { [FIRST]: [importRates[0]] } },
      cpu: outcomeOf(samples, 'ours', 'cpu'),
      reads: outcomeOf(samples, 'ours', 'perSecond'),
      p99: outcomeOf(samples, 'ours', 'p99'),
    };
  },
};
