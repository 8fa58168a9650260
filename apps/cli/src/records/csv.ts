import { pipeline, Readable } from 'node:stream';
import { CsvError, type InfoRecord, type Options, parse } from 'csv-parse';
import { Failure, usageFault } from '../output/failure.js';
import { type ColumnNames, columnsOf, recordOfCells } from './csv-columns.js';
import { fieldsOfUser, type UserField } from './user-field.js';
import { longestRecord, type RawRecord, tooLong, type UserRecord } from './user-record.js';
import { utf8Pieces } from './utf8-pieces.js';

/** Rows that go through the parser's stream as one: each passage costs more than reading a row. */
const rowsAtOnce = 100;

/**
 * Reads CSV (RFC 4180) with a header row: commas, quotes doubled inside quotes, fields of several lines, CRLF or LF, a
 * byte order mark. Blank lines are left out. No more is held than some pieces of the input and some rows.
 * @throws Failure where the quotes do not come out even, since what follows could be anything, and for a header row
 * that does not fit
 */
export async function* readCsv(
  bytes: AsyncIterable<Buffer>,
  names: ColumnNames,
): AsyncGenerator<readonly RawRecord[], void> {
  const rows = new Rows(names);
  const options: Options<readonly RawRecord[], readonly string[]> = {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: longestRecord,
    on_record: (cells, info) => rows.take(cells, info),
  };
  // its types know no records but rows
  const parser = parse(options as unknown as Options);
  pipeline(Readable.from(utf8Pieces(bytes)), parser, () => undefined);
  try {
    for await (const records of parser as AsyncIterable<readonly RawRecord[]>) yield records;
  } catch (error) {
    throw error instanceof CsvError ? plainFault(error) : error;
  }
  if (!rows.hasHeader) throw new Failure('file.empty', 'the file has no header row');
  yield rows.rest();
}

/** The parser's own words quote the value that it stumbled over, which may be a secret. */
function plainFault({ code, lines }: CsvError & { readonly lines?: number }): Failure {
  const what: Readonly<Record<string, string>> = {
    CSV_MAX_RECORD_SIZE: `a row is longer than ${longestRecord} characters; perhaps a quote before it is not closed`,
    CSV_QUOTE_NOT_CLOSED: 'the file ends within quotes',
    CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote; quotes within a value are doubled',
    INVALID_OPENING_QUOTE: 'a quote stands within a value that does not begin with one',
  };
  return new Failure('file.not_csv', `line ${lines ?? '?'}: ${what[code] ?? 'the row cannot be read'}`);
}

class Rows {
  private columns: readonly (UserField | undefined)[] | undefined;
  private batch: RawRecord[] = [];
  /** Carriage returns within values: the parser counts each as a line. */
  private miscounted = 0;
  private previousLines = 0;
  private previousLine = 0;

  constructor(private readonly names: ColumnNames) {}

  get hasHeader(): boolean {
    return this.columns !== undefined;
  }

  /** Keeps the row; answers some at once, now and then. */
  take(cells: readonly string[], info: InfoRecord): readonly RawRecord[] | undefined {
    // a carriage return that ends the file is the one in a value that the parser does not count
    const line = Math.max(this.firstLineOf(cells, info.lines), this.previousLine + 1);
    this.previousLine = line;
    if (this.columns === undefined) {
      if (line > 1 || !isSeparatorLine(cells)) this.columns = columnsOf(cells, this.names);
      return undefined;
    }
    // spreadsheets write rows that were emptied
    if (cells.every((cell) => cell === '')) return undefined;
    this.batch.push(recordOf(cells, this.columns, line, info.bytes));
    return this.batch.length < rowsAtOnce ? undefined : this.rest();
  }

  rest(): readonly RawRecord[] {
    const { batch } = this;
    this.batch = [];
    return batch;
  }

  /** The line on which the row begins; the parser tells the one on which it ends. */
  private firstLineOf(cells: readonly string[], lines: number): number {
    const isOnOneLine = lines - this.previousLines <= 1;
    this.previousLines = lines;
    if (isOnOneLine) return lines - this.miscounted;
    this.miscounted += count(cells, '\r');
    return lines - this.miscounted - count(cells, '\n');
  }
}

/**
 * The line that names for Excel the character between cells: `sep=,`.
 * @throws Failure for usage when that is no comma
 */
function isSeparatorLine(cells: readonly string[]): boolean {
  const [first = '', second] = cells;
  if (/^sep=$/i.test(first) && second === '' && cells.length === 2) return true;
  if (cells.length === 1 && /^sep=.$/i.test(first))
    throw usageFault(`the file begins with ${first}`, 'cells are separated by commas (RFC 4180): save it so');
  return false;
}

function count(cells: readonly string[], character: string): number {
  return cells.reduce((sum, cell) => sum + cell.split(character).length - 1, 0);
}

function recordOf(
  cells: readonly string[],
  columns: readonly (UserField | undefined)[],
  line: number,
  end: number,
): RawRecord {
  if (cells.length !== columns.length) {
    const fault = `has ${cells.length} cells, expected ${columns.length} as in the header`;
    return { line, end, fault, kept: { text: csvRow(cells).trimEnd() } };
  }
  const value = recordOfCells(cells, columns);
  const text = JSON.stringify(value);
  const size = Buffer.byteLength(text);
  return size > longestRecord ? { line, end, fault: tooLong } : { line, end, text, size, read: () => value };
}

/** A cell is quoted where it must be (RFC 4180 2.6); nothing is ever put before it: this is data for programs. */
export function csvCell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** One row with its end. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A user as a row under these columns. */
export function csvRowOf(user: UserRecord, paths: readonly string[]): string {
  const fields = fieldsOfUser(user);
  return csvRow(paths.map((path) => fields.get(path) ?? ''));
}
