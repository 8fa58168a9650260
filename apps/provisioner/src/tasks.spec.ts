import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningServices } from '@countersign/contracts';
import { UsageFault } from '@countersign/observability';
import { parseKeyRing } from '@countersign/sealing';
import { SettingsFault } from '@countersign/settings';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provision } from './tasks.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-provisioner-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secrets = (more: Record<string, string> = {}) =>
  provision(['secrets'], {
    COUNTERSIGN_SECRETS: folder,
    NATS_SERVERS: 'nats://nats:4222',
    DATABASE_SERVER: 'postgres://postgres:5432/countersign',
    ...more,
  });
const configuration = (more: Record<string, string> = {}) =>
  provision(['bus-configuration'], {
    COUNTERSIGN_SECRETS: folder,
    BUS_CONFIGURATION_FILE: join(folder, 'nats.conf'),
    ...more,
  });
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('the provisioner', () => {
  it.each([[[]], [['secret']], [['secrets', 'again']], [['toString']], [['--help']]])(
    'says what it can do when it is given %j',
    async (given) => {
      const asked = provision(given, {});
      await expect(asked).rejects.toThrow(UsageFault);
      await expect(asked).rejects.toThrow('expected one of secrets, bus-configuration, database, streams');
    },
  );

  it.each(['secrets', 'bus-configuration', 'database', 'streams'])('names all that %s is not told', async (task) => {
    await expect(provision([task], {})).rejects.toThrow(SettingsFault);
  });

  it('says which task failed', async () => {
    await expect(configuration()).rejects.toThrow(/^bus-configuration failed: secret .*gateway\/nats-url is not there/);
  });
});

describe('the task secrets', () => {
  it('makes an address of its own for every user and role, and a key ring for every service', async () => {
    const said = await secrets({ DATABASE_SUPERUSER: 'postgres' });
    expect(said).toContain('made gateway/nats-url');
    expect(text('gateway/nats-url')).toMatch(/^nats:\/\/gateway:[\w-]{32}@nats:4222$/);
    expect(text('directory/database-url')).toMatch(
      /^postgres:\/\/countersign_directory:[\w-]{32}@postgres:5432\/countersign$/,
    );
    expect(text('directory-owner/database-url')).toMatch(/^postgres:\/\/countersign_directory_owner:[\w-]{32}@/);
    expect(text('superuser/database-url')).toContain(`postgres://postgres:${text('superuser/password')}@`);
    for (const service of runningServices) parseKeyRing(text(`${service}/key-ring.json`));
    const names = said.slice('made '.length, said.indexOf('\n')).split(', ');
    const distinct = names.filter((name) => !name.startsWith('superuser/')).map(text);
    expect(new Set(distinct).size).toBe(distinct.length);
  });

  it('repeats no secret in what it says', async () => {
    const said = await secrets({ DATABASE_SUPERUSER: 'postgres' });
    expect(said).not.toContain(text('superuser/password'));
    expect(said).not.toMatch(/:[\w-]{32}@/);
  });

  it('leaves what is there, and says what of it leads elsewhere', async () => {
    await secrets();
    const before = text('gateway/nats-url');
    const said = await secrets({ NATS_SERVERS: 'nats://other:4222' });
    expect(text('gateway/nats-url')).toBe(before);
    expect(said).toContain('made nothing');
    expect(said).toContain('gateway/nats-url leads to nats://nats:4222, expected nats://other:4222');
    expect(said).not.toContain('directory/database-url leads');
  });

  it('names roles for the database, or as it is told to where another installation has those names', async () => {
    await secrets({ DATABASE_ROLE_PREFIX: 'second' });
    expect(text('directory/database-url')).toMatch(/^postgres:\/\/second_directory:/);
    await expect(secrets({ DATABASE_SERVER: `postgres://postgres:5432/${'d'.repeat(43)}` })).rejects.toThrow(
      'has 64 bytes, expected at most 63: set a shorter DATABASE_ROLE_PREFIX',
    );
  });

  it('makes no key ring for one that was lost: only where the addresses of the database are missing too', async () => {
    await secrets();
    rmSync(join(folder, 'directory/key-ring.json'));
    await expect(secrets()).rejects.toThrow(
      'secret directory/key-ring.json is missing, but directory/database-url exists',
    );
    rmSync(join(folder, 'directory/database-url'));
    expect(await secrets()).toContain('made directory/key-ring.json, directory/database-url');
  });

  it('makes no superuser unless it is told to', async () => {
    expect(await secrets()).not.toContain('superuser');
  });
});

describe('the task bus-configuration', () => {
  beforeEach(() => secrets());

  it('writes a user for each principal with a secret, with the password that stands in its address', async () => {
    expect(await configuration()).toContain(
      ['gateway', ...runningServices, 'provisioner', 'operator', 'listener'].join(', '),
    );
    const [, password] = /:([\w-]{32})@/.exec(text('gateway/nats-url')) ?? [];
    expect(text('nats.conf')).toContain(`{ user: "gateway", password: "${password}"`);
    expect(await configuration()).toMatch(/is up to date$/);
  });

  it('makes the folder of the file, and the file for its owner only', async () => {
    await configuration({ BUS_CONFIGURATION_FILE: join(folder, 'bus', 'nats.conf') });
    expect(readdirSync(join(folder, 'bus'))).toEqual(['nats.conf']);
    expect(
      [statSync(join(folder, 'bus')), statSync(join(folder, 'bus/nats.conf'))].map(({ mode }) => mode & 0o777),
    ).toEqual([0o700, 0o600]);
  });

  it('leaves out only people and other services without a secret', async () => {
    for (const guest of ['operator', 'listener']) rmSync(join(folder, guest), { recursive: true });
    await configuration();
    expect(text('nats.conf')).not.toMatch(/user: "(operator|listener)"/);
    rmSync(join(folder, 'provisioner'), { recursive: true });
    await expect(configuration()).rejects.toThrow('provisioner/nats-url is not there');
  });

  it('takes a hash in the place of a password', async () => {
    const hash = `$2a$11$${'b'.repeat(53)}`;
    writeFileSync(join(folder, 'gateway/nats-password-hash'), `${hash}\n`);
    await configuration();
    expect(text('nats.conf')).toContain(`{ user: "gateway", password: "${hash}"`);
  });

  it('refuses an address of another user', async () => {
    writeFileSync(join(folder, 'gateway/nats-url'), text('directory/nats-url'));
    await expect(configuration()).rejects.toThrow('secret gateway/nats-url is of user directory, expected gateway');
    writeFileSync(join(folder, 'gateway/nats-url'), 'nats://nats:4222');
    await expect(configuration()).rejects.toThrow('is not nats://user:password@host:4222');
  });

  it('writes a whole server, or the two accounts for one that is there', async () => {
    await configuration({ BUS_MONITOR: '127.0.0.1:8222', BUS_STORE: '/data', BUS_STORE_BYTES: '1073741824' });
    for (const line of ['host: "0.0.0.0"', 'port: 4222', 'http: "127.0.0.1:8222"', 'store_dir: "/data"', 'SYS {']) {
      expect(text('nats.conf')).toContain(line);
    }
    expect(text('nats.conf')).toContain('max_file: 1073741824');
    await configuration({ BUS_CONFIGURATION_FORM: 'accounts' });
    expect(text('nats.conf')).toMatch(/^#.*\n {2}COUNTERSIGN \{/);
    expect(text('nats.conf')).not.toMatch(/^(port|host|accounts|system_account)|SYS \{|store_dir/m);
  });
});

describe('the task database', () => {
  beforeEach(() => secrets());
  const database = (url: string) => provision(['database'], { COUNTERSIGN_SECRETS: folder, DATABASE_URL: url });

  it('refuses secrets of another role or database before it touches anything', async () => {
    const other = 'postgres://admin:secret@127.0.0.1:1/other';
    await expect(database(other)).rejects.toThrow('leads to database countersign, expected other as in DATABASE_URL');
    writeFileSync(join(folder, 'directory/database-url'), text('directory-owner/database-url'));
    await expect(database('postgres://admin:secret@127.0.0.1:1/countersign')).rejects.toThrow(
      'secret directory/database-url is of role countersign_directory_owner, expected countersign_directory',
    );
  });
});
