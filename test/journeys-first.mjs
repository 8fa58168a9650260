import Sequencer from '@jest/test-sequencer';

const isJourney = ({ path }) => path.endsWith('.journey.spec.ts');
const isShort = (test) => !isJourney(test);

/**
 * Journeys are the long ones. They start before all other specs, so that none is left to one worker when the others have
 * ended, and each share of `--shard` gets as many of them.
 */
export default class JourneysFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isJourney), ...sorted.filter(isShort)];
  }

  async shard(tests, share) {
    const shares = await Promise.all([isJourney, isShort].map((kind) => super.shard(tests.filter(kind), share)));
    return shares.flat();
  }
}
