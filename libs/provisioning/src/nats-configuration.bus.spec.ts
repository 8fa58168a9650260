import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { eventually, testEnvironment } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { natsAccounts, natsConfiguration } from './nats-configuration.js';
import { provisionStreams } from './streams.js';

const password = 'of-a-spec-alone-0123456789';
const passwords = { provisioner: password, gateway: password };

describe('a nats-server that others run', () => {
  let folder: string;
  let server: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(testEnvironment().folder, 'nats-'));
  });
  afterEach(async () => {
    if (server?.exitCode === null && server.kill()) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Started as its package does, with a file; answers its port, which the kernel chose. */
  async function start(configuration: string): Promise<number> {
    const file = join(folder, 'nats-server.conf');
    writeFileSync(file, configuration);
    const running = spawn(testEnvironment().natsServer, ['-c', file, '--ports_file_dir', folder], { stdio: 'ignore' });
    server = running;
    const ports = join(folder, `nats-server_${running.pid}.ports`);
    const [address = ''] = await eventually(() => (JSON.parse(readFileSync(ports, 'utf8')) as { nats: string[] }).nats);
    return Number(new URL(address).port);
  }

  async function asking<T>(servers: string, user: string | undefined, work: (bus: NatsConnection) => Promise<T>) {
    const bus = await connect({ servers, ...(user && { user, pass: password, inboxPrefix: `_INBOX_${user}` }) });
    return work(bus).finally(() => bus.close());
  }

  it.each([...Object.values(networkInterfaces()).flat()].filter((one) => one?.internal).map((one) => one?.address))(
    'and that listens on 0.0.0.0 is reached at %s, of whichever family that is',
    async (address = '') => {
      const port = await start(natsConfiguration({ passwords, listen: { host: '0.0.0.0', port: -1 } }));
      const host = address.includes(':') ? `[${address}]` : address;
      await asking(`${host}:${port}`, 'gateway', (bus) => bus.flush());
    },
  );

  it('takes our accounts beside its own, and its clients without a password stay where they were', async () => {
    writeFileSync(join(folder, 'countersign.conf'), natsAccounts({ passwords }));
    const theirs = `THEIRS { jetstream: enabled, users: [{ user: theirs, password: "${password}" }] }`;
    const port = await start(`
      port: -1
      jetstream { store_dir: ${JSON.stringify(folder)} }
      accounts { include countersign.conf\n ${theirs} }
      no_auth_user: theirs`);
    await asking(`127.0.0.1:${port}`, 'provisioner', (bus) => provisionStreams(bus, { maxBytes: 1024 ** 2 }));
    await asking(`127.0.0.1:${port}`, undefined, async (bus) => {
      bus.subscribe('countersign.v1.authentication.request.claim.gateway', {
        callback: (_error, message) => void message.respond('theirs'),
      });
      await bus.flush();
      const answer = await bus.request('countersign.v1.authentication.request.claim.gateway');
      expect(answer.string()).toBe('theirs');
      const ours = asking(`127.0.0.1:${port}`, 'gateway', (gateway) =>
        gateway.request('countersign.v1.authentication.request.claim.gateway'),
      );
      await expect(ours).rejects.toThrow('no responders');
    });
  });

  it('and that has no JetStream is told what it needs', async () => {
    writeFileSync(join(folder, 'countersign.conf'), natsAccounts({ passwords }));
    const port = await start('port: -1\naccounts { include countersign.conf }');
    const provisioning = asking(`127.0.0.1:${port}`, 'provisioner', (bus) => provisionStreams(bus));
    await expect(provisioning).rejects.toThrow('nats has no JetStream: its configuration needs jetstream { store_dir');
  });
});
