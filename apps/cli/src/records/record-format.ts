import { usageFault } from '../output/failure.js';

/** Forms of a file of users. */
export const recordFormats = Object.freeze(['jsonl', 'csv'] as const);
export type RecordFormat = (typeof recordFormats)[number];

const endings: Readonly<Record<string, RecordFormat>> = { jsonl: 'jsonl', ndjson: 'jsonl', csv: 'csv' };

/**
 * The format that was asked for, else the one that the ending of the file names.
 * @throws Failure for usage when neither says it
 */
export function recordFormatOf(asked: string | undefined, path: string, otherwise?: RecordFormat): RecordFormat {
  const named = recordFormats.find((known) => known === asked);
  if (named !== undefined) return named;
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = endings[ending] ?? otherwise;
  if (format !== undefined) return format;
  const place = path === '-' ? 'stdin' : path;
  throw usageFault(`${place} may be ${recordFormats.join(' or ')}`, 'say it with --format');
}
