/** Hawk as its documentation shows it, on bare Fastify: verifies the request, signs the answer with its hash. */
import Fastify from 'fastify';
import hawk from 'hawk';
import { announce } from './announce.mjs';
import { constantBody } from './constant-body.mjs';
import { applicationId, keyText } from './stand-in.mjs';

const credentials = { id: applicationId, key: keyText, algorithm: 'sha256', user: 'bench' };
const find = (id) => (id === applicationId ? credentials : undefined);

const fastify = Fastify({ logger: false });
fastify.get('/*', async (request, reply) => {
  const { artifacts } = await hawk.server.authenticate(request.raw, find);
  const contentType = 'application/json; charset=utf-8';
  const header = hawk.server.header(credentials, artifacts, { payload: constantBody, contentType });
  return reply.header('server-authorization', header).type(contentType).send(constantBody);
});
await fastify.listen({ port: 0, host: '127.0.0.1' });
announce(fastify.server);
