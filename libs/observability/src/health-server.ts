import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

/** Whether a part works, with what is wrong: also of a part with which most work goes on (`up: …`). */
export type PartState = 'up' | 'down' | `${'up' | 'down'}: ${string}`;
export type Readiness = Readonly<Record<string, PartState>>;

export interface HealthServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly metrics: Metrics;
  /** What this service needs, each by itself; the service is ready when all are up. */
  readonly checks: () => Promise<Readiness> | Readiness;
}

export interface HealthServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** What a running service offers its starter. */
export interface RunningService {
  readonly name: string;
  /** Address of its HTTP side. */
  readonly url: string;
  /** Finishes what is under way, in order; bounded in time. */
  close(): Promise<void>;
  /** How long that may take before it is broken off, milliseconds; 15 seconds unless told. */
  readonly closeWithinMs?: number;
}

/** `/healthz` (alive), `/readyz` (can do its work) and `/metrics` of a service that has no HTTP side of its own. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(request, options, response).catch(() => send(response, 500, { status: 'fault' }));
  });
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  answerHalfClosed(server);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, options: HealthServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Lets a server answer a client that has closed its half of the connection: such a client may still read. By default
 * Node ends the connection without an answer, although the request takes effect.
 */
export function answerHalfClosed(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true });
}

async function answer(
  { method, url }: IncomingMessage,
  options: HealthServerOptions,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(response, 405, { status: 'method not allowed' });
  }
  const path = (url ?? '/').split('?', 1)[0];
  if (path === '/healthz') return send(response, 200, { status: 'alive' });
  if (path === '/readyz') {
    const checks = await options.checks();
    const isReady = isReadyNow(checks);
    return send(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', checks });
  }
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': options.metrics.contentType });
    response.end(await options.metrics.text());
    return;
  }
  send(response, 404, { status: 'not found' });
}

/** Whether all checks are up. */
export function isReadyNow(checks: Readiness): boolean {
  return Object.values(checks).every((state) => !state.startsWith('down'));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
