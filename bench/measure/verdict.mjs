import { summarise } from './statistics.mjs';

/**
 * What one figure should reach, beside one rival of the same run (a ratio, ours / theirs) or by itself.
 *
 * @typedef {{ readonly against: string, readonly atLeast?: number, readonly atMost?: number }} RatioGoal
 * @typedef {{ readonly atLeast?: number, readonly atMost?: number }} PlainGoal
 * @typedef {RatioGoal | PlainGoal} Goal
 *
 * @typedef {object} FigureDeclaration
 * @property {string} id row it belongs to, e.g. `P4`
 * @property {string} figure what was measured, in words
 * @property {string} unit
 * @property {readonly Goal[]} goals none: told for orientation only
 *
 * @typedef {object} Outcome
 * @property {readonly number[]} ours one value a round
 * @property {Readonly<Record<string, readonly number[] | undefined>>} rivals undefined: not measured here
 *
 * @typedef {object} Figure what `--json` writes, with the spread that the text table shows
 * @property {string} id
 * @property {string} figure
 * @property {string} unit
 * @property {number} ours median of the rounds
 * @property {readonly { readonly name: string, readonly value: number, readonly ratio: number }[]} rivals
 * @property {string | null} goal
 * @property {boolean | null} met null: there is no goal, or nothing of it could be measured here
 */

/**
 * Medians, ratios of medians of the same run, and whether every goal that could be measured is reached.
 *
 * @param {FigureDeclaration} declaration
 * @param {Outcome} outcome
 * @returns {{ readonly figure: Figure, readonly spreads: readonly import('./statistics.mjs').Summary[] }} spreads of
 * ours and then of each rival
 */
export function judge({ id, figure, unit, goals }, outcome) {
  const ours = summarise(outcome.ours);
  const measured = Object.entries(outcome.rivals).filter(([, values]) => values !== undefined && values.length > 0);
  const summaries = measured.map(([, values]) => summarise(values));
  const rivals = measured.map(([name], position) => {
    const value = summaries[position].median;
    return { name, value: rounded(value), ratio: rounded(ours.median / value) };
  });
  const verdicts = goals.map((goal) => reaches(goal, ours.median, rivals)).filter((verdict) => verdict !== undefined);
  return {
    figure: {
      id,
      figure,
      unit,
      ours: rounded(ours.median),
      rivals,
      goal: goals.length === 0 ? null : goals.map((goal) => describe(goal, unit)).join('; '),
      met: verdicts.length === 0 ? null : verdicts.every(Boolean),
    },
    spreads: [ours, ...summaries],
  };
}

/** undefined: the rival was not measured. */
function reaches(goal, ours, rivals) {
  const value = 'against' in goal ? rivals.find(({ name }) => name === goal.against)?.ratio : ours;
  if (value === undefined) return undefined;
  return value >= (goal.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (goal.atMost ?? Number.POSITIVE_INFINITY);
}

function describe(goal, unit) {
  const bound = goal.atLeast === undefined ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
  return 'against' in goal ? `${bound} × ${goal.against}` : `${bound} ${unit}`;
}

/** Four significant digits: more would pretend. */
function rounded(value) {
  return Number(value.toPrecision(4));
}
