/**
 * Runs every variant once a round, in an order that turns with the rounds, so that what the machine does meanwhile
 * falls on all of them alike.
 *
 * @template Sample
 * @param {import('../context.mjs').Context} context
 * @param {string} title
 * @param {Readonly<Record<string, () => Promise<Sample>>>} variants one sample each time it is called
 * @returns {Promise<Record<string, Sample[]>>} samples by variant, in the order of the rounds
 */
export async function interleave(context, title, variants) {
  const names = Object.keys(variants);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < context.rounds; round += 1) {
    await context.step(`${title}: round ${round + 1} of ${context.rounds}`, async () => {
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(turn + round) % names.length];
        samples[name].push(await variants[name]());
      }
    });
  }
  return samples;
}

/**
 * One measure of all samples, as `judge` takes it.
 *
 * @param {Record<string, readonly Readonly<Record<string, number>>[]>} samples
 * @param {string} ours name of our variant
 * @param {string} measure
 * @returns {import('./verdict.mjs').Outcome}
 */
export function outcomeOf(samples, ours, measure) {
  const { [ours]: own, ...others } = samples;
  const pick = (list) => list.map((sample) => sample[measure]);
  return {
    ours: pick(own),
    rivals: Object.fromEntries(Object.entries(others).map(([name, list]) => [name, pick(list)])),
  };
}
