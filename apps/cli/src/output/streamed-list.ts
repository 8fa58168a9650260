import type { ListView } from './result.js';
import { GrowingTable } from './table.js';
import type { Terminal } from './terminal.js';

/** A part of a list, and the cursor of the next one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/**
 * Prints a list as its pages come, in the format asked for, and holds none of it. When it ends before the list does, the
 * cursor of the next page is written to stderr, for programs too.
 */
export async function printPages<Row>(
  terminal: Terminal,
  pages: AsyncIterable<Page<Row>>,
  view: ListView<Row>,
): Promise<void> {
  const printer = printerOf(terminal, view);
  let next: string | undefined;
  for await (const page of pages) {
    if (page.items.length > 0) printer.page(page.items);
    next = page.next;
    await terminal.room();
  }
  printer.end();
  if (next !== undefined) terminal.note(`there is more: --after ${next}`);
}

interface Printer<Row> {
  page(rows: readonly Row[]): void;
  end(): void;
}

function printerOf<Row>(terminal: Terminal, view: ListView<Row>): Printer<Row> {
  switch (terminal.format) {
    case 'json':
      return jsonPrinter(terminal);
    case 'jsonl':
      return linePrinter(terminal, (row) => JSON.stringify(row));
    case 'name':
      return linePrinter(terminal, view.name);
    case 'table':
      return tablePrinter(terminal, view);
  }
}

function linePrinter<Row>(terminal: Terminal, lineOf: (row: Row) => string): Printer<Row> {
  return { page: (rows) => terminal.line(rows.map(lineOf).join('\n')), end: () => undefined };
}

/** One array, as `printList` writes it but for white space. */
function jsonPrinter<Row>(terminal: Terminal): Printer<Row> {
  let isEmpty = true;
  return {
    page(rows) {
      const lines = rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n');
      terminal.text(`${isEmpty ? '[\n' : ',\n'}${lines}`);
      isEmpty = false;
    },
    end: () => terminal.line(isEmpty ? '[]' : '\n]'),
  };
}

function tablePrinter<Row>(terminal: Terminal, view: ListView<Row>): Printer<Row> {
  const table = new GrowingTable(view.columns, terminal.colours);
  let isEmpty = true;
  return {
    page(rows) {
      terminal.verbatim(table.page(rows));
      isEmpty = false;
    },
    end: () => void (isEmpty && terminal.note(`no ${view.noun}`)),
  };
}
