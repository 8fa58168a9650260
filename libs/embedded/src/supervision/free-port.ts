import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { writePrivateFile } from '@countersign/files';

const FILE = 'port';

/** A port of 127.0.0.1 that the kernel says is free now. Another process may take it first: be ready to ask again. */
export function findFreePort(): Promise<number> {
  return listenOnce(0);
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

/**
 * The port for a server that keeps its files in `folder`: the one asked for (an error when it is taken), else the one
 * of its last run, so that processes which were told the address find it again, else any free one.
 */
export async function choosePort(folder: string, name: string, asked?: number): Promise<number> {
  if (asked !== undefined && asked !== 0) {
    if (!(await isPortFree(asked))) {
      throw new Error(`port ${asked} for ${name} is taken: expected a free port`);
    }
    return asked;
  }
  const remembered = Number(await readFile(join(folder, FILE), 'utf8').catch(() => ''));
  const isUsable = Number.isInteger(remembered) && remembered > 0 && remembered < 65_536;
  return isUsable && (await isPortFree(remembered)) ? remembered : findFreePort();
}

/** Keeps the port for the next run. */
export function rememberPort(folder: string, port: number): void {
  writePrivateFile(join(folder, FILE), `${port}\n`);
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
