import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '@countersign/files';
import { eventually, type OtherProcess, startOtherProcess, testEnvironment, testLogger } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type EmbeddedNats, startNats } from './embedded-nats.js';

jest.setTimeout(60_000);

const CONFIGURATION = 'accounts { A { jetstream: enabled, users: [{ user: "a", password: "secret-a" }] } }';

describe('the embedded nats-server', () => {
  let folder: string;
  let running: EmbeddedNats[];
  let connections: NatsConnection[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'embedded-'));
    [running, connections] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const options = () => ({
    folder: join(folder, 'nats'),
    binary: testEnvironment().natsServer,
    configuration: CONFIGURATION,
    logger: testLogger(),
    revives: false,
  });

  async function start(change: object = {}): Promise<EmbeddedNats> {
    const server = await startNats({ ...options(), ...change });
    running.push(server);
    return server;
  }

  async function enter(url: string, pass = 'secret-a'): Promise<NatsConnection> {
    const connection = await connect({
      servers: url,
      user: 'a',
      pass,
      reconnectTimeWait: 50,
      maxReconnectAttempts: -1,
    });
    connections.push(connection);
    return connection;
  }

  async function store(connection: NatsConnection): Promise<void> {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'kept', subjects: ['kept.>'] });
    await jetstream(connection).publish('kept.one', 'hello');
  }

  async function countStored(connection: NatsConnection): Promise<number> {
    return (await (await jetstreamManager(connection, { timeout: 500 })).streams.info('kept')).state.messages;
  }

  it('keeps its streams and its address from one run to the next', async () => {
    const first = await start();
    await store(await enter(first.url));
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await countStored(await enter(second.url))).toBe(1);
  });

  it('has no less room for streams than at an earlier start, however full the disk is by now', async () => {
    const file = join(folder, 'nats', 'nats-server.conf');
    const room = async () => Number(/max_file_store: (\d+)/.exec(await readFile(file, 'utf8'))?.[1]);
    await (await start()).stop();
    const more = (await room()) * 2;
    await writeFile(file, (await readFile(file, 'utf8')).replace(/max_file_store: \d+/, `max_file_store: ${more}`));
    const server = await start();
    await server.reload(`${CONFIGURATION} `);
    expect(await room()).toBe(more);
  });

  it('admits no client without credentials, and keeps its configuration to its user', async () => {
    const server = await start();
    await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(/authorization/i);
    await expect(enter(server.url, 'wrong')).rejects.toThrow(/authorization/i);
    expect((await stat(join(folder, 'nats', 'nats-server.conf'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'nats', 'nats-server.log'), 'utf8')).toContain('127.0.0.1:');
  });

  it('refuses a configuration that nats-server does not accept, in its words', async () => {
    await expect(start({ configuration: 'accounts { A' })).rejects.toThrow(/does not accept the configuration: .+/);
  });

  it('refuses a second launcher on its folder while the first lives', async () => {
    await start();
    await expect(start()).rejects.toThrow(`is in use by process ${process.pid}`);
  });

  it('is started again at its address when it dies unasked, and clients find it', async () => {
    const server = await start({ revives: true });
    const connection = await enter(server.url);
    await store(connection);
    process.kill(server.pid, 'SIGKILL');
    await eventually(async () => (await countStored(connection)) === 1, { deadlineMs: 20_000 });
  });

  /** A launcher of its own that answers with the server's address; `then` is what it does after that. */
  async function launch(then: string): Promise<{ launcher: OtherProcess; url: string; pid: number }> {
    const { folder: place, binary } = options();
    const launcher = startOtherProcess(`
      import { startNats } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      const logger = { info() {}, warn() {}, error() {} };
      const server = await startNats({ folder: ${JSON.stringify(place)}, binary: ${JSON.stringify(binary)},
        configuration: ${JSON.stringify(CONFIGURATION)}, logger });
      console.log(JSON.stringify({ url: server.url, pid: server.pid }));
      ${then}`);
    return { launcher, ...(await launcher.next<{ url: string; pid: number }>()) };
  }

  it('is ended and started again after its launcher was killed', async () => {
    const { launcher, url, pid } = await launch('setInterval(() => undefined, 60_000);');
    await launcher.kill('SIGKILL');
    expect(identify(pid)).toBeDefined();
    const server = await start();
    expect(identify(pid)).toBeUndefined();
    expect(server.url).toBe(url);
  });

  it.each(['process.exit(3);', "throw new Error('a fault nobody expected');"])(
    'ends with a launcher that ends by %s',
    async (end) => {
      const { pid } = await launch(end);
      await eventually(() => identify(pid) === undefined);
    },
  );
});
