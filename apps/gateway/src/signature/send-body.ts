import type { FastifyReply } from 'fastify';
import type { Application } from './application-keys.js';
import type { Exchange } from './exchange.js';

/**
 * Ends a request with a body of JSON. The claim is waited for here, so that nothing is still to be waited for on the
 * way out: Fastify takes a handler that has ended without an answer for one that answers nothing.
 */
export async function sendBody(reply: FastifyReply, body: object): Promise<void> {
  const claim = reply.request.exchange?.claim;
  if (claim !== undefined && claim.outcome === undefined) await claim.decided;
  reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}

/**
 * The application as the claim found it to be. Where the claim is lost, what the handler makes of this never leaves.
 */
export async function settledApplication({ application, claim }: Exchange): Promise<Application> {
  const outcome = claim === undefined ? undefined : (claim.outcome ?? (await claim.decided));
  const settled = outcome?.application ?? application;
  if (settled === undefined) throw new Error('the request is not verified');
  return settled;
}
