/**
 * The figures as a text table that lines up: a line for each rival, ours on the first of them.
 *
 * @param {readonly ReturnType<typeof import('./verdict.mjs').judge>[]} judged
 * @returns {string}
 */
export function table(judged) {
  const head = ['', 'figure', 'ours', '', 'beside', 'theirs', '', 'ratio', 'goal', 'met'];
  const rows = [head, ...judged.flatMap(linesOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (NUMERIC.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  );
  return `${lines[0]}\n${'-'.repeat(Math.max(...lines.map((line) => line.length)))}\n${lines.slice(1).join('\n')}\n`;
}

const NUMERIC = new Set([2, 5, 7]);

function linesOf({ figure, spreads }) {
  const [ours, ...theirs] = spreads;
  const goals = figure.goal?.split('; ') ?? [];
  const height = Math.max(1, figure.rivals.length, goals.length);
  return Array.from({ length: height }, (_, line) => {
    const rival = figure.rivals[line];
    const own = line === 0 ? [figure.id, `${figure.figure}, ${figure.unit}`, text(figure.ours), spread(ours)] : BLANK;
    const other =
      rival === undefined ? BLANK : [rival.name, text(rival.value), spread(theirs[line]), text(rival.ratio)];
    return [...own, ...other, goals[line] ?? '', line === 0 ? verdictOf(figure.met) : ''];
  });
}

const BLANK = ['', '', '', ''];

function verdictOf(met) {
  if (met === null) return '';
  return met ? 'yes' : 'NO';
}

function spread({ least, most }) {
  return `(${text(least)}-${text(most)})`;
}

function text(value) {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
