import Table from 'cli-table3';
import type { Colours } from './colours.js';
import { printable } from './printable.js';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Colours the value once it has been made safe. */
  readonly paint?: (row: Row) => (text: string) => string;
}

const borders = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
];
const bare = {
  chars: Object.fromEntries(borders.map((name) => [name, ''])),
  style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [], compact: true },
};

/**
 * Rows under their titles, without borders, lined up by how wide characters are shown. Values are made safe for a
 * terminal.
 */
export function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], colours: Colours): string {
  const table = new Table({ ...bare, head: columns.map((column) => colours.bold(column.title)) });
  for (const row of rows) table.push(columns.map((column) => cellOf(row, column)));
  return linesOf(table);
}

function cellOf<Row>(row: Row, { value, paint }: Column<Row>): string {
  const text = printable(value(row));
  return paint === undefined ? text : paint(row)(text);
}

/** One thing as names and values beneath each other; what has no value is left out. */
export function factsOf(
  facts: readonly (readonly [name: string, value: string | undefined])[],
  colours: Colours,
): string {
  const table = new Table(bare);
  for (const [name, value] of facts) if (value !== undefined) table.push([colours.dim(name), printable(value)]);
  return linesOf(table);
}

function linesOf(table: { toString(): string }): string {
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
