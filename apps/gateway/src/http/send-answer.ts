import type { FastifyReply } from 'fastify';
import type { Answer } from './answer.js';

/** Sets status and headers of an answer and gives its body. */
export function writeAnswer(reply: FastifyReply, { http, body, retryAfterSeconds, challenge }: Answer): string {
  reply.code(http).header('content-type', 'application/json; charset=utf-8');
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return body;
}

/** Ends a request with an answer. */
export function sendAnswer(reply: FastifyReply, answer: Answer): void {
  reply.send(writeAnswer(reply, answer));
}
