import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { choosePort, findFreePort, isPortFree, rememberPort } from './free-port.js';

async function whileTaken(port: number, work: () => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await work().finally(() => server.close());
}

describe('the port of a server', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'port-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is the one asked for', async () => {
    const port = await findFreePort();
    expect(await choosePort(folder, 'server', port)).toBe(port);
  });

  it('is refused when the one asked for is taken', async () => {
    const port = await findFreePort();
    await whileTaken(port, async () => {
      expect(await isPortFree(port)).toBe(false);
      await expect(choosePort(folder, 'server', port)).rejects.toThrow(`port ${port} for server is taken`);
    });
  });

  it('is that of the last run while it is free, else another', async () => {
    const port = await findFreePort();
    await rememberPort(folder, port);
    expect(await choosePort(folder, 'server')).toBe(port);
    await whileTaken(port, async () => expect(await choosePort(folder, 'server')).not.toBe(port));
  });

  it.each(['', 'x', '0', '-1', '65536', '1.5', '80 80'])('ignores %j as the port of the last run', async (text) => {
    await writeFile(join(folder, 'port'), text);
    expect(await choosePort(folder, 'server', 0)).toBeGreaterThan(1024);
  });
});
