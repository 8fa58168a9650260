import { isUtf8 } from 'node:buffer';
import { MalformedRequest } from './malformed-request.js';

/** A JSON object as it was sent; read it with `field`, which only ever sees the object's own keys. */
export type JsonObject = Readonly<Record<string, unknown>>;

const nothing: JsonObject = Object.freeze({});

/**
 * The object in a body; zero bytes are an empty one. The content type is not looked at, since clients differ. Of a key
 * that is there twice the last counts, as `JSON.parse` has it. A byte order mark is no part of the text (RFC 8259 8.1), and a
 * comma behind the last entry is passed over: the vendor's guide has both kinds of list, and its server reads them.
 * @throws MalformedRequest if it is no object of JSON in UTF-8, or is encoded: the signature is over the bytes as they
 * came, and bytes that mean something else when unpacked are not guessed at
 */
export function readJsonObject(body: Buffer | undefined, contentEncoding: string | undefined): JsonObject {
  if (body === undefined || body.length === 0) return nothing;
  if (contentEncoding !== undefined && contentEncoding.trim().toLowerCase() !== 'identity') {
    throw new MalformedRequest('content encoding', 'codingUnsupported');
  }
  const value = isUtf8(body) ? parse(utf8.decode(body)) : undefined;
  if (!isJsonObject(value)) throw new MalformedRequest('body is not a JSON object');
  return value;
}

/** An own member; `__proto__` and what an object inherits are no members (ASVS 5.0 15.3.6). */
export function field(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Takes a byte order mark away. */
const utf8 = new TextDecoder();

function parse(text: string): unknown {
  return parseStrictly(text) ?? parseStrictly(withoutLastCommas(text));
}

function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A text in quotes, also one that is never closed, so that each character is looked at once; or the comma of a last entry.
 * What stands before a comma is looked at from the comma: from each blank, a body of blanks would take minutes.
 */
const TEXT_OR_LAST_COMMA = /"(?:[^"\\]|\\[\s\S])*(?:"|$)|,(?<=[^\s[{,:]\s*,)(?=\s*[\]}])/g;

function withoutLastCommas(text: string): string {
  return text.replaceAll(TEXT_OR_LAST_COMMA, (found) => (found === ',' ? '' : found));
}
