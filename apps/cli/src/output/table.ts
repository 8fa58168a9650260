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
  return linesOf(filled(rows, columns, colours)).text;
}

/**
 * The same page by page, for a list too long to be held: the titles stand above the first page, and no column becomes
 * narrower than it was, so that later pages line up with the earlier ones but for a value that is wider than any before.
 */
export class GrowingTable<Row> {
  private widths: readonly number[] = [];

  constructor(
    private readonly columns: readonly Column<Row>[],
    private readonly colours: Colours,
  ) {}

  /** The lines of one page, of which there is at least one row. */
  page(rows: readonly Row[]): string {
    const isFirst = this.widths.length === 0;
    const own = linesOf(filled(rows, this.columns, this.colours)).widths;
    this.widths = own.map((width, at) => Math.max(width, this.widths[at] ?? 0));
    const { text } = linesOf(filled(rows, this.columns, this.colours, this.widths));
    return isFirst ? text : text.slice(text.indexOf('\n') + 1);
  }
}

function filled<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  colours: Colours,
  widths?: readonly number[],
): Table.Table {
  const head = columns.map((column) => colours.bold(column.title));
  const table = new Table({ ...bare, head, ...(widths === undefined ? {} : { colWidths: [...widths] }) });
  for (const row of rows) table.push(columns.map((column) => cellOf(row, column)));
  return table;
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
  return linesOf(table).text;
}

/** Once it has been written out, the table says how wide each column became. */
function linesOf(table: Table.Table): { readonly text: string; readonly widths: readonly number[] } {
  const lines = table.toString().split('\n');
  return { text: lines.map((line) => line.trimEnd()).join('\n'), widths: table.options.colWidths as number[] };
}
