import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

const lookEveryMs = 250;

/**
 * In the place of compose/haproxy.cfg, for machines without haproxy: one port in front of gateways, which passes on what
 * it gets to one that is ready, tries another only while nothing was sent, and hides the metrics.
 */
export function startStandInProxy(port: number, gateways: readonly string[]): { close(): void } {
  let ready = gateways;
  let turn = 0;
  const looking = setInterval(async () => {
    const seen = await Promise.all(gateways.map(isReady));
    ready = gateways.filter((_gateway, at) => seen[at]);
  }, lookEveryMs);
  const server: Server = createServer(async (incoming, outgoing) => {
    if (/^\/metrics\/?$/.test(incoming.url ?? '')) return outgoing.writeHead(404).end();
    const body = await bodyOf(incoming);
    turn += 1;
    const order = ready.map((_gateway, at) => ready[(at + turn) % ready.length] ?? '');
    for (const gateway of order) if (await passOn(gateway, incoming, body, outgoing)) return undefined;
    return outgoing.writeHead(503).end();
  });
  server.listen(port, '127.0.0.1');
  return {
    close() {
      clearInterval(looking);
      server.close();
      server.closeAllConnections();
    },
  };
}

async function isReady(gateway: string): Promise<boolean> {
  const answer = await fetch(`${gateway}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  return answer?.ok === true;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @returns false when the gateway could not be reached, so that another may be tried */
function passOn(gateway: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<boolean> {
  const { hostname, port } = new URL(gateway);
  const { url: path, method } = incoming;
  const headers = { ...headersOf(incoming.rawHeaders), 'content-length': body.length };
  return new Promise((resolve) => {
    const sent = request({ hostname, port, path, method, headers, agent: false, setHost: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing).once('close', () => resolve(true));
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') return resolve(false);
      outgoing.writeHead(502).end();
      return resolve(true);
    });
    sent.end(body);
  });
}

/** As they came, but that a connection is for one request. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
  const hop = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'x-forwarded-for']);
  return { ...Object.fromEntries(pairs.filter(([name]) => !hop.has(name.toLowerCase()))), connection: 'close' };
}
