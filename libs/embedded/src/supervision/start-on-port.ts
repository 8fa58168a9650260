import { choosePort, isPortFree, rememberPort } from './free-port.js';
import { endLeftovers, type ServerPlan, SupervisedServer } from './supervised-server.js';

const TRIES = 3;

/**
 * Starts a server on the port asked for, else on that of its last run, else on any free one. What an earlier run left
 * is ended first: it would hold that port. The kernel's free port may be taken by the time it is used; then another.
 */
export async function startOnPort(
  plan: (port: number) => ServerPlan,
  asked: number | undefined,
): Promise<{ readonly server: SupervisedServer; readonly port: number }> {
  const { folder, name } = plan(0);
  await endLeftovers(plan(0));
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(folder, name, asked);
    try {
      const server = await SupervisedServer.start(plan(port));
      await rememberPort(folder, port);
      return { server, port };
    } catch (error) {
      if (attempt === TRIES || (await isPortFree(port))) {
        throw error;
      }
    }
  }
}
