import Sequencer from '@jest/test-sequencer';

/** Journeys start before all other specs: a long one that starts last has a worker to itself while the other has ended. */
export default class JourneysFirst extends Sequencer {
  sort(tests) {
    const isJourney = ({ path }) => path.endsWith('.journey.spec.ts');
    const sorted = super.sort(tests);
    return [...sorted.filter(isJourney), ...sorted.filter((test) => !isJourney(test))];
  }
}
