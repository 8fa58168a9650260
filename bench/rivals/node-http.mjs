/** Floor: node:http alone; with `signed`, it verifies and signs. It answers one constant body. */
import { createServer } from 'node:http';
import { announce } from './announce.mjs';
import { constantBody } from './constant-body.mjs';
import { isSigned, signatureOf } from './signature-work.mjs';

const isSigning = process.argv.includes('signed');
const head = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(constantBody)) };

const server = createServer((request, response) => {
  if (!isSigning) return response.writeHead(200, head).end(constantBody);
  if (!isSigned(request)) return response.writeHead(401).end();
  response.writeHead(200, { ...head, ...signatureOf(constantBody) }).end(constantBody);
});
server.listen(0, '127.0.0.1', () => announce(server));
