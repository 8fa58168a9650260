import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identify } from '@countersign/files';
import { eventually, type OtherProcess, startOtherProcess, testLogger } from '@countersign/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { endOrphans } from '../supervision/orphans.js';
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres.js';

jest.setTimeout(60_000);

const PASSWORD = `it's "secret" / @:?`;
const NOBODY = { uid: 65_534, gid: 65_534 };
const DIST = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const asRoot = isRoot ? it : it.skip;
/** In a checkout that only root can reach an ordinary user has nothing to start. */
const asBoth = isRoot && spawnSync('test', ['-r', DIST], NOBODY).status === 0 ? it : it.skip;

async function ask(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client
    .query(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

describe('the embedded postgresql', () => {
  /** The folder of a server that ran once: a copy of it costs a tenth of a new cluster. */
  let madeFolder: string;
  let folder: string;
  let dataFolder: string;
  let running: { stop(): Promise<void> }[];
  let others: OtherProcess[];
  beforeAll(async () => {
    madeFolder = join(await mkdtemp(join(tmpdir(), 'embedded-')), 'postgres');
    await (await startPostgres({ ...options(), folder: madeFolder })).stop();
  });
  afterAll(() => rm(join(madeFolder, '..'), { recursive: true, force: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'embedded-'));
    dataFolder = join(folder, 'postgres');
    [running, others] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(others.map((other) => other.kill()));
    await Promise.all(running.map((server) => server.stop()));
    await endOrphans({ pidFile: '', workingFolder: join(dataFolder, 'data'), program: 'postgres' }, []);
    await rm(folder, { recursive: true, force: true });
  });

  const options = () => ({
    folder: dataFolder,
    durable: false,
    superuserPassword: PASSWORD,
    logger: testLogger(),
    revives: false,
  });

  async function start(change: object = {}): Promise<EmbeddedPostgres> {
    const server = await startPostgres({ ...options(), ...change });
    running.push(server);
    return server;
  }

  /** For what begins once the cluster is made. */
  function copyMade(to = dataFolder): void {
    // Node's own copy does not keep owners
    expect(spawnSync('cp', ['-a', madeFolder, to]).status).toBe(0);
  }

  /** A launcher of its own that answers with the server's address and then waits to be killed, or ended by SIGTERM. */
  async function launch(who: object = {}): Promise<{ launcher: OtherProcess; url: string; pid: number }> {
    const source = `
      import { startPostgres } from ${JSON.stringify(DIST)};
      const logger = { info() {}, warn() {}, error() {} };
      const server = await startPostgres({ folder: ${JSON.stringify(dataFolder)}, durable: true,
        superuserPassword: ${JSON.stringify(PASSWORD)}, logger });
      process.on('SIGTERM', async () => { await server.stop(); process.exit(0); });
      console.log(JSON.stringify({ url: server.url, pid: server.pid }));
      setInterval(() => undefined, 60_000);`;
    const launcher = startOtherProcess(source, who);
    others.push(launcher);
    return { launcher, ...(await launcher.next<{ url: string; pid: number }>()) };
  }

  it('keeps its rows and its address from one run to the next, and does what it is told about durability', async () => {
    const first = await start({ durable: true });
    await ask(first.url, 'create table kept as select 1 as id');
    expect(
      await ask(
        first.url,
        `select name from pg_settings where name in ('fsync', 'synchronous_commit') and setting = 'on'`,
      ),
    ).toHaveLength(2);
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('listens on 127.0.0.1 only, asks for the password, and keeps its files to itself', async () => {
    const server = await start();
    const settings = await ask(
      server.url,
      `select setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories', 'password_encryption') order by name`,
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['127.0.0.1', 'scram-sha-256', '']);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataFolder, 'postgresql.log'))).mode & 0o777).toBe(0o600);
  });

  it('writes no value of a failed statement to its log', async () => {
    copyMade();
    const server = await start();
    await expect(ask(server.url, `select 'hunter2'::int`)).rejects.toThrow();
    await expect(ask(server.url, `select * from nowhere where secret = 'hunter3'`)).rejects.toThrow();
    expect(await readFile(join(dataFolder, 'postgresql.log'), 'utf8')).not.toContain('hunter3');
  });

  it('refuses a second launcher on its folder while the first lives', async () => {
    copyMade();
    const server = await start();
    await expect(start()).rejects.toThrow(`${dataFolder} is in use by process ${process.pid}`);
    await expect(launch()).rejects.toThrow(`${dataFolder} is in use by process ${process.pid}`);
    expect(await ask(server.url, 'select 1 as id')).toEqual([{ id: 1 }]);
  });

  it('refuses a port that is taken', async () => {
    copyMade();
    const server = await start();
    const port = server.port;
    copyMade(join(folder, 'other'));
    await expect(start({ folder: join(folder, 'other'), port })).rejects.toThrow(
      `port ${port} for postgresql is taken`,
    );
  });

  it('is ended and started again after its launcher was killed, with every committed row', async () => {
    copyMade();
    const { launcher, url, pid } = await launch();
    await ask(url, 'create table kept as select 1 as id');
    await launcher.kill('SIGKILL');
    expect(identify(pid)).toBeDefined();
    const server = await start();
    expect(identify(pid)).toBeUndefined();
    expect(server.url).toBe(url);
    expect(await ask(server.url, 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('starts after launcher and server were killed, and no pid file was written', async () => {
    copyMade();
    const { launcher, url, pid } = await launch();
    await ask(url, 'create table kept as select 1 as id');
    await launcher.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await rm(join(dataFolder, 'postgresql.pid'));
    const server = await start();
    expect(await ask(server.url, 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('starts though the number in its old pid file was given to another process', async () => {
    copyMade();
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await eventually(() => identify(first.pid) === undefined);
    await first.stop();
    const path = join(dataFolder, 'data', 'postmaster.pid');
    await writeFile(path, (await readFile(path, 'utf8')).replace(/^\d+/, String(process.ppid)));
    expect(await ask((await start()).url, 'select 1 as id')).toEqual([{ id: 1 }]);
  });

  it('is started again at its address when it dies unasked', async () => {
    copyMade();
    const server = await start({ revives: true, durable: true });
    const { pid } = server;
    await ask(server.url, 'create table kept as select 1 as id');
    process.kill(pid, 'SIGKILL');
    await eventually(() => ask(server.url, 'select id from kept'), { deadlineMs: 15_000, everyMs: 50 });
    expect(server.pid).not.toBe(pid);
  });

  it('begins anew when the making of the cluster was cut off', async () => {
    await mkdir(join(dataFolder, 'data.unfinished', 'base'), { recursive: true });
    expect(await ask((await start()).url, 'select 1 as id')).toEqual([{ id: 1 }]);
  });

  it('refuses data of another major version', async () => {
    copyMade();
    const server = await start();
    await server.stop();
    const path = join(dataFolder, 'data', 'PG_VERSION');
    const version = await readFile(path, 'utf8');
    await writeFile(path, '9\n');
    await expect(start()).rejects.toThrow('are of postgresql 9, expected 18');
    await writeFile(path, version);
  });

  it('stops when its launcher leaves, and only then: not by the signals of the terminal', async () => {
    copyMade();
    const { launcher, pid } = await launch();
    const group = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')[2];
    expect([undefined, String(pid)]).toContain(group);
    await launcher.kill('SIGTERM');
    // a process that leaves can only signal its servers, not wait for them
    await eventually(() => identify(pid) === undefined, { deadlineMs: 20_000 });
  });

  asRoot('runs for root, as somebody else, in a folder that only root can reach', async () => {
    const home = await mkdtemp('/root/embedded-').catch(() => mkdtemp(join(folder, 'private-')));
    dataFolder = join(home, 'a', 'postgres');
    await mkdir(join(home, 'a'), { mode: 0o700 });
    const server = await start({ durable: true });
    expect((await readFile(`/proc/${server.pid}/status`, 'utf8')).match(/^Uid:\s+(\d+)/m)?.[1]).not.toBe('0');
    await ask(server.url, 'create table kept as select 1 as id');
    process.kill(server.pid, 'SIGKILL');
    await server.stop();
    expect(await ask((await start()).url, 'select id from kept')).toEqual([{ id: 1 }]);
    await running.at(-1)?.stop();
    await rm(home, { recursive: true });
    dataFolder = join(folder, 'postgres');
  });

  asBoth('runs for an ordinary user, whose data root does not take away', async () => {
    await mkdir(join(folder, 'home'), { mode: 0o700 });
    await chmod(folder, 0o711);
    await chown(join(folder, 'home'), NOBODY.uid, NOBODY.gid);
    dataFolder = join(folder, 'home', 'postgres');
    const { launcher, url } = await launch(NOBODY);
    await ask(url, 'create table kept as select 1 as id');
    await launcher.kill('SIGKILL');
    const server = await start();
    expect(await ask(server.url, 'select id from kept')).toEqual([{ id: 1 }]);
    await server.stop();
    expect((await stat(join(dataFolder, 'data'))).uid).toBe(NOBODY.uid);
    const again = await launch(NOBODY);
    expect(await ask(again.url, 'select id from kept')).toEqual([{ id: 1 }]);
  });

  asBoth("tells an ordinary user that root's data are not theirs", async () => {
    copyMade();
    await (await start()).stop();
    await chmod(folder, 0o755);
    await chmod(dataFolder, 0o777);
    await expect(launch(NOBODY)).rejects.toThrow(/belong to user \d+ and this process runs as user 65534/);
  });
});
