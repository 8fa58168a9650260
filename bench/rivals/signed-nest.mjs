/** Nest on Fastify with the signature work in hooks: the front of every rival that has one in front of NATS. */

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { announce } from './announce.mjs';
import { isSigned, signatureOf } from './signature-work.mjs';

/** @param {Function} module root module with the controllers */
export async function serveSignedNest(module) {
  const adapter = new FastifyAdapter();
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.headers['content-length'] !== undefined || isSigned(request.raw)) done();
    else reply.code(401).send();
  });
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isSigned(request.raw, body)) done(null, JSON.parse(body.toString()));
    else done(Object.assign(new Error('not signed'), { statusCode: 401 }));
  });
  fastify.addHook('onSend', (_, reply, payload, done) => {
    reply.headers(signatureOf(payload ?? ''));
    done(null, payload);
  });
  const application = await NestFactory.create(module, adapter, {
    bodyParser: false,
    logger: ['error', 'warn'],
  });
  await application.listen(0, '127.0.0.1');
  announce(application.getHttpServer());
  return application;
}
