import type { FastifyRequest } from 'fastify';
import { type JsonObject, readJsonObject } from '../http/json-body.js';
import { exchangeOf } from '../signature/exchange.js';

/** The JSON object in the body of a request. @throws MalformedRequest as {@link readJsonObject} does */
export function bodyOf(request: FastifyRequest): JsonObject {
  return readJsonObject(exchangeOf(request).body, request.raw.headers['content-encoding']);
}
