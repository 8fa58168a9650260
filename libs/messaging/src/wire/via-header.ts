import { type Via, via } from '@countersign/contracts';

const longest = 1_000;
const printable = /^[\x20-\x7e]*$/;
const notAscii = /[^\x20-\x7e]/g;

/** A `Via` as JSON in ASCII. */
export function writeVia(value: Via): string {
  const text = JSON.stringify(value);
  return printable.test(text)
    ? text
    : text.replace(notAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The same for an item of a batch: without the trace id where the item's traceparent has it, so that requests of
 * one application from one address share one text.
 */
export function writeItemVia(value: Via, traceId: string): string {
  if (value.traceId !== traceId) return writeVia(value);
  const { traceId: _, ...rest } = value;
  return writeVia(rest as Via);
}

const read = via.partial({ traceId: true });

/** The items of a batch share a text, which is parsed once. */
let last: { readonly text: string; readonly value: ReturnType<typeof parse> } = { text: '', value: undefined };

/**
 * @param traceId for a text that names none
 * @returns `undefined` for a text that does not hold
 */
export function readVia(text: string | undefined, traceId: string): Via | undefined {
  if (text === undefined || text.length > longest) return undefined;
  if (last.text !== text) last = { text, value: parse(text) };
  return last.value && { traceId, ...last.value };
}

function parse(text: string) {
  try {
    return read.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
