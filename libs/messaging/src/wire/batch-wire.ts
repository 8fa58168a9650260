import type { HeaderRecord } from './message-headers.js';

/**
 * A batch message carries many asks of one subject: header `Countersign-Batch: <count>`, payload a JSON array of
 * {@link BatchItem}. Its answers come to the same inbox as messages with that header and an array of
 * {@link BatchAnswer}, as they finish. Single messages stay what a lone request uses.
 *
 * What the items say alike about themselves stands once, in the batch message's own headers (`sharedHeaderNames`): an
 * item leaves out what equals them, and has an empty value where it has no such header.
 */
export interface BatchItem {
  readonly id: number | string;
  readonly headers: HeaderRecord;
  readonly body: unknown;
}

export interface BatchAnswer {
  readonly id: number | string;
  /** 200, or the status of a problem. */
  readonly status: number;
  readonly body: unknown;
}

/** Bounds of one batch message. */
export const batchLimits = Object.freeze({ items: 64, bytes: 512 * 1024 });

const longestId = 64;

/** What JSON would have to escape. */
const escaped = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

/** As `JSON.stringify` writes it, at a third of its cost: hardly any header has something to escape. */
function writeHeaders(headers: HeaderRecord, shared: HeaderRecord): string {
  let text = '';
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (value !== shared[name]) text += `${text === '' ? '' : ','}${quoted(name)}:${quoted(value)}`;
  }
  for (const name in shared) if (headers[name] === undefined) text += `${text === '' ? '' : ','}${quoted(name)}:""`;
  return `{${text}}`;
}

function quoted(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/**
 * @param body JSON text of the request
 * @param shared headers of the batch message
 */
export function writeItem(id: number, headers: HeaderRecord, body: string, shared: HeaderRecord): string {
  return `{"id":${id},"h":${writeHeaders(headers, shared)},"b":${body}}`;
}

/** @param body JSON text of the reply or problem */
export function writeAnswer(id: number | string, status: number, body: string): string {
  return `{"id":${JSON.stringify(id)},"s":${status},"b":${body}}`;
}

export function writeArray(parts: readonly string[]): string {
  return `[${parts.join(',')}]`;
}

/**
 * Reads the items of a batch. `undefined` when the payload is no array; an element without a usable id is left out,
 * since it could not be answered; one without headers counts as having none.
 */
export function readItems(payload: string): BatchItem[] | undefined {
  const elements = readArray(payload);
  if (elements === undefined) return undefined;
  const items: BatchItem[] = [];
  for (const { id, h, b } of elements) if (isId(id)) items.push({ id, headers: readHeaders(h), body: b });
  return items;
}

/** Reads the answers in a message; `undefined` when the payload is no array, elements that are no answer are left out. */
export function readAnswers(payload: string): BatchAnswer[] | undefined {
  const elements = readArray(payload);
  if (elements === undefined) return undefined;
  const answers: BatchAnswer[] = [];
  for (const { id, s, b } of elements) if (isId(id) && typeof s === 'number') answers.push({ id, status: s, body: b });
  return answers;
}

function readArray(payload: string): Record<string, unknown>[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  return parsed.filter((element) => typeof element === 'object' && element !== null);
}

function isId(id: unknown): id is number | string {
  return Number.isSafeInteger(id) || (typeof id === 'string' && id.length <= longestId);
}

function readHeaders(headers: unknown): HeaderRecord {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return {};
  return headers as HeaderRecord;
}
