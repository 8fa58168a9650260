import type { Socket } from 'node:net';
import type { Answer, GeneralAnswers } from './answer.js';
import { Connection } from './connection.js';

/** Answers what never becomes a request, and hangs up. The application is not known here, so nothing is signed. */
export class UnreadableRequests {
  constructor(private readonly answers: GeneralAnswers) {}

  /** What is not HTTP, by the code of Node's parser. */
  readonly answer = (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
    Connection.of(socket).endWith(() => hangUp(socket, this.answerTo(error)));
  };

  /** CONNECT: we are no proxy. */
  readonly answerConnect = (_request: unknown, socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    hangUp(socket, { ...this.answers.methodUnsupported, headers: { allow: '' } });
  };

  private answerTo(error: NodeJS.ErrnoException): Answer {
    if (error.code === 'HPE_HEADER_OVERFLOW') return this.answers.headersTooLarge;
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return this.answers.timedOut;
    return this.answers.requestUnreadable;
  }
}

function hangUp(socket: Socket, { http, body, headers = {} }: Answer): void {
  // the answer before has ended the connection already
  if (!socket.writable) return;
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${http} ${REASONS[http] ?? 'Bad Request'}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `${more.join('')}Cache-Control: no-cache, no-store\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

const REASONS: Readonly<Record<number, string>> = Object.freeze({
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
});
