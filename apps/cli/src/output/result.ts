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
  switch (terminal.format) {
    case 'json':
      return terminal.line(JSON.stringify(rows, undefined, 2));
    case 'jsonl':
      for (const row of rows) terminal.line(JSON.stringify(row));
      return;
    case 'name':
      for (const row of rows) terminal.line(view.name(row));
      return;
    case 'table':
      if (rows.length === 0) return terminal.note(`no ${view.noun}`);
      return terminal.line(tableOf(rows, view.columns, terminal.colours));
  }
}

export interface FactsView {
  readonly name: string;
  readonly facts: readonly (readonly [name: string, value: string | undefined])[];
}

/** Prints one thing in the format asked for. */
export function printOne(terminal: Terminal, value: unknown, view: FactsView): void {
  switch (terminal.format) {
    case 'json':
    case 'jsonl':
      return terminal.line(JSON.stringify(value));
    case 'name':
      return terminal.line(view.name);
    case 'table':
      return terminal.line(factsOf(view.facts, terminal.colours));
  }
}
