import { isForProgram } from './format.js';
import { type Column, factsOf, tableOf } from './table.js';
import type { Terminal } from './terminal.js';

export interface ListView<Row> {
  /** What the rows are, in the plural, for the sentence that says there are none. */
  readonly noun: string;
  readonly columns: readonly Column<Row>[];
  /** What `-o name` prints of a row. */
  readonly name: (row: Row) => string;
}

/** Prints a list in the format asked for. An empty one is `[]` for programs and a sentence on stderr for people. */
export function printList<Row>(terminal: Terminal, rows: readonly Row[], view: ListView<Row>): void {
  const { format } = terminal;
  if (format === 'json') terminal.line(JSON.stringify(rows, undefined, 2));
  else if (format === 'jsonl') for (const row of rows) terminal.line(JSON.stringify(row));
  else if (format === 'name') for (const row of rows) terminal.line(view.name(row));
  else if (rows.length === 0) terminal.note(`no ${view.noun}`);
  else terminal.verbatim(tableOf(rows, view.columns, terminal.colours));
}

export interface FactsView<Row = never> {
  readonly name: string;
  readonly facts: readonly (readonly [name: string, value: string | undefined])[];
  /** What the thing has several of, beneath the facts under titles of their own. */
  readonly rows?: readonly Row[];
  readonly columns?: readonly Column<Row>[];
}

/** Prints one thing in the format asked for. */
export function printOne<Row = never>(terminal: Terminal, value: unknown, view: FactsView<Row>): void {
  if (isForProgram(terminal.format)) terminal.line(JSON.stringify(value));
  else if (terminal.format === 'name') terminal.line(view.name);
  else {
    const { facts, rows = [], columns = [] } = view;
    terminal.verbatim(factsOf(facts, terminal.colours));
    if (rows.length > 0) terminal.verbatim(`\n${tableOf(rows, columns, terminal.colours)}`);
  }
}
