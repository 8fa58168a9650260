import { connect } from 'node:net';
import { systemClock } from '@countersign/clock';
import { applicationKey, signRequest, verifyResponse } from '@countersign/signing';
import type { Credentials } from '../journeys/application.js';

/** What an HTTP client library would never send as it is. */
export interface RawRequest {
  readonly method?: string;
  /** As on the request line, byte for byte. */
  readonly target: string;
  /** Signed in place of the target's path. */
  readonly signedPath?: string;
  readonly body?: string | Buffer;
  /** Whole lines. */
  readonly headers?: readonly string[];
  readonly isUnsigned?: boolean;
}

export interface RawAnswer {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly headers: string;
  readonly text: string;
  /** Undefined: it carries no signature. */
  readonly signatureHolds: boolean | undefined;
}

/** No two requests of one client may be alike, and many are made in a millisecond. */
let lastMs = 0;

/** A client that writes request lines itself. */
export class RawClient {
  constructor(private readonly credentials: Credentials) {}

  /** Sends one request on a connection of its own and takes what comes until that ends. */
  async ask({
    method = 'GET',
    target,
    signedPath,
    body = '',
    headers = [],
    isUnsigned,
  }: RawRequest): Promise<RawAnswer> {
    const bytes = Buffer.from(body);
    const lines = [
      `${method} ${target} HTTP/1.1`,
      ...(headers.some((line) => /^host:/i.test(line)) ? [] : ['Host: gateway']),
      'Connection: close',
      ...(isUnsigned ? [] : this.signed(method, signedPath ?? target.split('?', 1)[0] ?? '', bytes)),
      ...(bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : []),
      ...headers,
    ];
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    return this.read(await this.exchange(Buffer.concat([head, bytes])));
  }

  /** Sends bytes and takes what comes until the connection ends. */
  exchange(bytes: Buffer, withinMs = 20_000): Promise<Buffer> {
    const { hostname, port } = new URL(this.credentials.baseUrl);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(port), hostname);
      socket.setTimeout(withinMs, () => {
        socket.destroy();
        reject(new Error(`no end of the answer after ${withinMs} ms: ${Buffer.concat(chunks)}`));
      });
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(Buffer.concat(chunks)));
      socket.write(bytes);
    });
  }

  private signed(method: string, path: string, body: Buffer): readonly string[] {
    lastMs = Math.max(lastMs + 1, systemClock.now() - 60_000);
    const { applicationId, applicationKey: key } = this.credentials;
    const { authorization, dateHeader } = signRequest({
      method,
      path,
      body: body.length === 0 ? undefined : body,
      applicationId,
      key: applicationKey(key),
      date: lastMs,
    });
    return [`Authorization: ${authorization}`, `${dateHeader.name}: ${dateHeader.value}`];
  }

  private read(bytes: Buffer): RawAnswer {
    const end = bytes.indexOf('\r\n\r\n');
    const headers = bytes.subarray(0, Math.max(0, end)).toString('latin1');
    const body = bytes.subarray(end + 4);
    const headerIn = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1]?.trim();
    const [date, signature] = [headerIn('x-sa-date'), headerIn('x-sa-signature')];
    const { applicationId, applicationKey: key } = this.credentials;
    return {
      status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(headers)?.[1] ?? 0),
      headers,
      text: body.toString(),
      signatureHolds:
        date === undefined || signature === undefined
          ? undefined
          : verifyResponse({ date, applicationId, body, key: applicationKey(key), signature }),
    };
  }
}

/** The same for all of them, some at a time. */
export async function some<T, R>(values: readonly T[], atOnce: number, work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < values.length; index = next++) results[index] = await work(values[index] as T);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
