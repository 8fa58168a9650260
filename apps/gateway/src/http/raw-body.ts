import type { IncomingMessage } from 'node:http';

/** Whether a request announces a body (RFC 9112 section 6.3), whatever its method. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

/**
 * The bytes of a body as they came, for any method and any content type: they are signed before they mean anything.
 * Past the limit nothing more is kept; what still comes is thrown away, until the request's own time is over.
 *
 * A body that breaks off is never answered: there is nobody left.
 */
export function readRawBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | 'too-large'> {
  if (Number(request.headers['content-length']) > limitBytes) {
    request.resume();
    return Promise.resolve('too-large');
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('error', ignore);
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve('too-large');
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
  });
}

function ignore(): void {}
