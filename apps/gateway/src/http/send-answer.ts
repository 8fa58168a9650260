import type { FastifyReply } from 'fastify';
import { authenticateChallenge } from '../secureauth/contract.js';
import type { Answer } from './answer.js';

/** Sets status and headers of an answer and gives its body: compact JSON, keys in the contract's order. */
export function writeAnswer(reply: FastifyReply, answer: Answer): string {
  const { http, status, message, retryAfterSeconds } = answer;
  reply.code(http).header('content-type', 'application/json; charset=utf-8');
  if (http === 401) reply.header('www-authenticate', authenticateChallenge);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  const userId = answer.namesUser ? reply.request.exchange?.userId : undefined;
  return JSON.stringify(userId === undefined ? { status, message } : { status, message, userId });
}

/**
 * Ends a request with a body of JSON. The claim is waited for here, so that nothing is still to be waited for on the
 * way out: Fastify takes a handler that has ended without an answer for one that answers nothing.
 */
export async function sendBody(reply: FastifyReply, body: object): Promise<void> {
  const claim = reply.request.exchange?.claim;
  if (claim !== undefined && claim.outcome === undefined) await claim.decided;
  reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}

/** Ends a request with an answer. */
export function sendAnswer(reply: FastifyReply, answer: Answer): void {
  reply.send(writeAnswer(reply, answer));
}
