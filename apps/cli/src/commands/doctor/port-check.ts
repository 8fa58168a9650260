import { createServer } from 'node:net';
import { type Finding, fault, ok, skipped } from './finding.js';

/**
 * Whether the port that `npm start` would take is free; asked only when no gateway answers, since a running one holds it.
 * @param port as in `COUNTERSIGN_PORT`; 0 is always free
 */
export async function portCheck(port: number, gatewayAnswers: boolean): Promise<Finding> {
  if (gatewayAnswers) return skipped('port', 'the gateway runs');
  if (port === 0) return ok('port', 'any free port is taken (COUNTERSIGN_PORT=0)');
  const reason = await whyTaken(port);
  if (reason === undefined) return ok('port', `${port} is free`);
  return fault('port', `${port} cannot be taken: ${reason}`, `choose another: COUNTERSIGN_PORT=0 npm start`);
}

function whyTaken(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
