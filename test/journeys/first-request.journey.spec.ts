import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runningServices } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countersign, run } from './command-line.js';
import { listProcesses, Platform, root } from './platform.js';

const isHere = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((place) => existsSync(join(place, program)));

/** The lines of the page that start an example: what a reader would type. */
function commandsOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  return blocks.flatMap((block) => block.split('\n')).filter((line) => / examples\/[a-z]+\/request\./.test(line));
}

const folders = ['shell', 'typescript', 'python', 'go'];
const pages = ['README.md', ...folders.map((folder) => `examples/${folder}/README.md`)];
const commands = pages.flatMap((page) => commandsOf(page).map((command) => ({ page, command })));
const programOf = (command: string) => command.split(' ', 1)[0] ?? '';
const runnable = commands.filter(({ command }) => isHere(programOf(command)));

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.start();
}, 120_000);
afterAll(() => platform?.remove());

describe("a newcomer's first five minutes", () => {
  it('begin with demo.json, which only its owner may read', () => {
    expect(statSync(join(platform.folder, 'demo.json')).mode & 0o777).toBe(0o600);
    const { demo } = platform;
    expect(demo.applicationId).toMatch(/^[0-9a-f]{32}$/);
    expect(demo.applicationKey).toMatch(/^[0-9a-f]{64}$/);
    expect(demo.users.map(({ userId }) => userId)).toContain('jdoe');
    for (const service of ['gateway', ...runningServices]) {
      expect(statSync(join(platform.folder, 'env', `${service}.env`)).mode & 0o777).toBe(0o600);
    }
  });

  it('never print the key', () => {
    expect(platform.program.errors).toContain('Next:');
    expect(platform.program.errors).not.toContain(platform.demo.applicationKey);
  });

  it('make the first request with the command line', async () => {
    const { code, stdout, stderr } = await countersign(platform.folder, 'request', 'GET', '/demo/api/v1/users/jdoe');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/signature holds/)]);
    const profile = JSON.parse(stdout);
    expect(profile).toMatchObject({ userId: 'jdoe', status: 'found', message: '' });
    expect(profile.properties.firstName).toEqual({ value: 'John', isWritable: 'true' });
    expect(profile.groups.join()).toContain('SharePoint Visitors');
  });

  it('make it with curl and openssl', async () => {
    const { code, stdout, stderr } = await run(['sh', 'examples/shell/request.sh', 'GET', '/demo/api/v1/users/jdoe'], {
      COUNTERSIGN_DATA: platform.folder,
    });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/signature holds/)]);
    expect(JSON.parse(stdout)).toMatchObject({ userId: 'jdoe', status: 'found' });
  });

  it('change something with curl and openssl', async () => {
    const body = '{"properties":{"auxId3":"zoë’s desk"}}';
    const { code, stdout } = await run(['sh', 'examples/shell/request.sh', 'PUT', '/demo/api/v1/users/jdoe', body], {
      COUNTERSIGN_DATA: platform.folder,
    });
    expect([code, stdout.trim()]).toEqual([0, '{"status":"success","message":""}']);
  });

  it('make it in TypeScript with the signing library', async () => {
    const { code, stdout, stderr } = await run(
      [process.execPath, 'examples/typescript/request.mjs', 'GET', '/demo/api/v1/users/jdoe'],
      { COUNTERSIGN_DATA: platform.folder },
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/signature holds/)]);
    expect(stdout).toMatch(/^200 \{/);
  });
});

describe('what the pages say to type', () => {
  it('are a read, a change and an association in each language', () => {
    for (const folder of folders) {
      const methods = commandsOf(`examples/${folder}/README.md`).map(
        (command) => / (GET|PUT|POST) /.exec(command)?.[1],
      );
      expect([folder, ...methods]).toEqual([folder, 'GET', 'PUT', 'POST']);
    }
  });

  it.each(runnable)(
    'does what it says ($page): $command',
    async ({ command }) => {
      const { stdout, stderr } = await run(['sh', '-c', command], { COUNTERSIGN_DATA: platform.folder });
      expect(stderr).toBe('response signature holds\n');
      const answer = JSON.parse(stdout.slice(stdout.indexOf('{')));
      if (/ GET /.test(command)) expect(answer).toMatchObject({ userId: 'jdoe', status: 'found' });
      else expect(answer).toEqual({ status: 'success', message: '' });
    },
    120_000,
  );

  it('changes what it says it changes', async () => {
    const changed = await platform.application.ask('GET', '/demo/api/v1/users/jdoe');
    expect(changed.json.properties.auxId3.value).toBe('zoë’s desk');
    const associated = await platform.application.ask('GET', '/demo/api/v1/users/zo%C3%AB');
    expect(associated.json.groups.join()).toContain('SharePoint Visitors');
  });

  for (const { page, command } of commands.filter((each) => !runnable.includes(each)))
    it.skip(`does what it says (${page}): ${command}: ${programOf(command)} is not installed`, () => undefined);
});

describe('stopping', () => {
  it('by one signal ends services, NATS and PostgreSQL, and exits 0', async () => {
    expect(await platform.stop('SIGINT')).toBe(0);
    const left = listProcesses().filter(({ command }) => command.includes(platform.folder));
    expect(left).toEqual([]);
  });

  it('keeps all data for the next start, and the same credentials', async () => {
    const before = platform.demo;
    await platform.startAgain();
    const { applicationId, applicationKey } = platform.demo;
    expect({ applicationId, applicationKey }).toEqual({
      applicationId: before.applicationId,
      applicationKey: before.applicationKey,
    });
    const answer = await platform.application.ask('GET', '/demo/api/v1/users/jdoe');
    expect([answer.status, answer.signatureHolds]).toEqual([200, true]);
    expect(answer.json.properties.auxId3.value).toBe('zoë’s desk');
  }, 60_000);

  it('leaves no second start a chance on the same folder while the first runs', async () => {
    const { code, stderr } = await run([process.execPath, 'scripts/start.mjs'], {
      COUNTERSIGN_DATA: platform.folder,
      COUNTERSIGN_PORT: '0',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/in use/);
  });
});

describe('kill -9', () => {
  it('of all processes at once leaves nothing that the next start cannot mend; acknowledged writes are there', async () => {
    const change = { properties: { auxId4: 'written just before' } };
    expect((await platform.application.ask('PUT', '/demo/api/v1/users/jdoe', change)).json.status).toBe('success');
    const pids = [platform.serverPid('postgres'), platform.serverPid('nats')];
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await platform.program.end('SIGKILL');
    await platform.startAgain();
    const answer = await platform.application.ask('GET', '/demo/api/v1/users/jdoe');
    expect(answer.json.properties.auxId4.value).toBe('written just before');
  }, 90_000);

  it('of the program alone leaves servers behind, which the next start ends', async () => {
    const orphans = [platform.serverPid('postgres'), platform.serverPid('nats')];
    await platform.program.end('SIGKILL');
    await platform.startAgain();
    const alive = listProcesses().map(({ pid }) => pid);
    expect(orphans.filter((pid) => alive.includes(pid))).toEqual([]);
    expect((await platform.application.ask('GET', '/demo/api/v1/users/jdoe')).status).toBe(200);
  }, 90_000);
});
