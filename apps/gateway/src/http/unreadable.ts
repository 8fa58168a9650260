import type { Socket } from 'node:net';
import { answers } from '../secureauth/contract.js';
import type { Answer } from './answer.js';

/** What never becomes a request, by the code of Node's parser. */
function answerTo(error: NodeJS.ErrnoException): Answer {
  if (error.code === 'HPE_HEADER_OVERFLOW') return answers.headersTooLarge;
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return answers.timedOut;
  return answers.unreadableRequest;
}

/** Answers what is not HTTP, in the dialect's shape, and hangs up. Nobody is known here, so nothing is signed. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  hangUp(socket, answerTo(error));
}

/** CONNECT: we are no proxy. */
export function answerConnect(_request: unknown, socket: Socket): void {
  socket.on('error', () => socket.destroy());
  hangUp(socket, answers.methodUnsupported);
}

function hangUp(socket: Socket, { http, status, message }: Answer): void {
  const body = JSON.stringify({ status, message });
  socket.end(
    `HTTP/1.1 ${http} ${REASONS[http] ?? 'Bad Request'}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Cache-Control: no-cache, no-store\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

const REASONS: Readonly<Record<number, string>> = Object.freeze({
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
});
