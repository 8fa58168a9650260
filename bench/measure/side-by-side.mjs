import { Load } from '../load/load.mjs';
import { interleave } from './rounds.mjs';

/**
 * Puts several servers under the same load, round by round.
 *
 * @param {import('../context.mjs').Context} context
 * @param {string} title
 * @param {Readonly<Record<string, Omit<ConstructorParameters<typeof Load>[0], 'connections'>>>} plans by variant
 * @param {number} connections requests under way
 * @returns {Promise<Record<string, import('../load/load.mjs').LoadSample[]>>}
 */
export async function loadSideBySide(context, title, plans, connections) {
  const loads = Object.entries(plans).map(([name, plan]) => [name, context.ending(new Load({ ...plan, connections }))]);
  await context.step(`${title}: warming up`, async () => {
    for (const [, load] of loads) await load.warmUp(context.warmUpMs);
  });
  const variants = loads.map(([name, load]) => [name, () => load.sample(context.sampleMs)]);
  return interleave(context, title, Object.fromEntries(variants));
}
