import { Problem } from '@countersign/contracts';
import type { Msg } from '@nats-io/transport-node';
import { type BatchItem, batchLimits, readItems } from '../wire/batch-wire.js';
import { type HeaderRecord, headerNames } from '../wire/message-headers.js';
import { payloadText } from '../wire/payload.js';
import { RequestHeaders, sharedHeadersOf } from '../wire/request-headers.js';

/** One request of a message, single or an item of a batch. */
export interface IncomingRequest {
  readonly id: BatchItem['id'] | undefined;
  readonly headers: RequestHeaders;
  readonly body: unknown;
}

/**
 * Reads the requests of a message. Answers a Problem when the message as a whole cannot be taken; what is wrong with
 * one item is that item's own matter.
 */
export function readRequests(message: Msg): readonly IncomingRequest[] | Problem {
  const headers = readHeaders(message);
  const text = payloadText(message.data);
  if (headers[headerNames.batch] === undefined) return readSingle(text, headers);
  const items = readItems(text);
  if (items === undefined) return new Problem('request.malformed', 'batch is not a JSON array');
  if (items.length > batchLimits.items)
    return new Problem('request.too_large', `${items.length} items in a batch, at most ${batchLimits.items}`);
  const shared = sharedHeadersOf(headers);
  return items.map((item) => ({ id: item.id, headers: new RequestHeaders(item.headers, shared), body: item.body }));
}

/** The first value of each header. */
function readHeaders(message: Msg): HeaderRecord {
  const record: Record<string, string> = {};
  for (const [name, values] of message.headers ?? []) record[name] = values[0] ?? '';
  return record;
}

/** A person may leave the payload of an operation without fields empty. */
function readSingle(text: string, headers: HeaderRecord): readonly IncomingRequest[] | Problem {
  try {
    return [{ id: undefined, headers: new RequestHeaders(headers), body: text === '' ? {} : JSON.parse(text) }];
  } catch {
    return new Problem('request.malformed', 'payload is not JSON');
  }
}
