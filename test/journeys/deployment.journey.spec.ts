import { readdirSync } from 'node:fs';
import { runningServices } from '@countersign/contracts';
import { eventually } from '@countersign/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ClusterHost } from '../deployment/cluster-host.js';
import { ComposeHost } from '../deployment/compose-host.js';
import { Application } from './application.js';
import { RequestLoad } from './request-load.js';

/** docker-compose.yml, run as it says: every job and every replica a process, in an environment that it alone names. */
let compose: ComposeHost;
let application: Application;
let load: RequestLoad | undefined;
const users = '/acme/api/v1/users';
const jdoe = `${users}/jdoe`;
const writers = ['one', 'two', 'three', 'four'].map((name) => `${users}/${name}`);

beforeAll(async () => {
  compose = await ComposeHost.up();
}, 180_000);
afterAll(() => compose?.host.close(), 60_000);
afterEach(async () => {
  await load?.stop();
  load = undefined;
});

describe('docker compose up', () => {
  it('makes secrets, roles, schemas, streams and users of the bus before it starts anything else', () => {
    const ended = [...compose.jobs].map(([name, { code, stdout }]) => [name, code, stdout]);
    const migrations = runningServices.map((service) => `${service}-migration`);
    const names = ['secrets', 'bus-configuration', 'database', ...migrations, 'streams'];
    expect(ended.sort()).toEqual(names.map((name) => [name, 0, '']).sort());
  });

  it('starts two of each service and three gateways', () => {
    const names = compose.replicas.map(({ service }) => service);
    expect(names.sort()).toEqual(['gateway', ...twice(['gateway', ...runningServices])].sort());
  });

  it('done again changes nothing', async () => {
    await compose.runJobsAgain();
    const said = Object.fromEntries([...compose.jobs].map(([name, { stderr }]) => [name, stderr]));
    expect(said['secrets']).toMatch(/^made nothing\nkept /);
    expect(said['bus-configuration']).toMatch(/is up to date/);
    for (const service of runningServices) {
      expect(said[`${service}-migration`]).toBe(`schema ${service} is up to date\n`);
    }
  }, 60_000);
});

describe('an operator', () => {
  it('makes a realm, a group and an application over the bus', async () => {
    expect((await compose.operator('realm', 'create', 'acme')).stderr).toBe('');
    expect((await compose.operator('group', 'create', 'staff', '--realm', 'acme')).code).toBe(0);
    const created = await compose.operator('application', 'create', '--realm', 'acme', '--name', 'shop', '--json');
    expect([created.code, created.stderr]).toEqual([0, '']);
    application = new Application({ baseUrl: compose.url, ...JSON.parse(created.stdout) });
  }, 60_000);
});

describe('an application', () => {
  it('is served at the one port, by every gateway, with a signed answer', async () => {
    const person = { userId: 'jdoe', password: 'correct horse battery', properties: { firstName: 'John' } };
    const made = await application.ask('POST', users, person);
    expect([made.status, made.json, made.signatureHolds]).toEqual([200, { status: 'success', message: '' }, true]);
    for (const url of [compose.url, ...compose.gateways]) {
      const answer = await application.ask('GET', jdoe, undefined, url);
      expect([url, answer.status, answer.json.properties.firstName.value, answer.signatureHolds]).toEqual([
        url,
        200,
        'John',
        true,
      ]);
    }
    const joined = await application.ask('POST', `${users}/jdoe/groups/staff`);
    expect([joined.status, joined.json.status]).toEqual([200, 'success']);
    expect((await application.ask('GET', jdoe)).json.groups).toEqual(['staff']);
  });

  it('is served with paths and bodies as it signed them, whatever they hold', async () => {
    const userId = 'zoë \u{1f511} 100%25?&;+=x';
    const text = `${'é'.repeat(200)} %00 + \\ " \u{1f511}`;
    const path = `${users}/${encodeURIComponent(userId)}`;
    const made = await application.ask('POST', `${users}/`, { userId, password: 'correct horse battery' });
    expect(made.json).toEqual({ status: 'success', message: '' });
    expect((await application.ask('PUT', path, { properties: { auxId1: text } })).json.status).toBe('success');
    const shown = await application.ask('GET', path);
    expect([shown.status, shown.json.userId, shown.json.properties.auxId1.value, shown.signatureHolds]).toEqual([
      200,
      userId,
      text,
      true,
    ]);
  });

  it('has each request taken once, at whichever gateways it arrives', async () => {
    for (let round = 0; round < 20; round += 1) {
      const request = application.prepare('PUT', jdoe, { body: { properties: { auxId9: `round ${round}` } } });
      const places = [...compose.gateways, compose.url];
      const answers = await Promise.all(places.map((url) => application.send(request, url)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
      const again = await application.send(request);
      expect([again.status, again.json.message]).toEqual([401, 'Authentication header has been seen before.']);
    }
  });

  it('finds no metrics at that port', async () => {
    expect((await fetch(`${compose.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${compose.gateways[0]}/metrics`)).status).toBe(200);
  });
});

describe('a replica that is killed', () => {
  beforeAll(async () => {
    for (const path of writers) {
      const person = { userId: path.slice(users.length + 1), password: 'correct horse battery' };
      expect((await application.ask('POST', users, person)).json.status).toBe('success');
    }
  });

  it.each(['directory', 'authentication'])(
    'costs at most what it had in hand: %s',
    async (service) => {
      load = RequestLoad.start(application, writers);
      await load.flows(50);
      const [victim] = compose.replicas.filter((replica) => replica.service === service);
      if (victim === undefined) throw new Error(`no ${service} runs`);
      await compose.endReplica(victim, 'SIGKILL');
      await load.flows(100);
      await load.stop();
      await compose.startReplica(service);
      // a request of each writer was in its hands at most; it is told so, signed
      expect(load.failures.filter((failure) => !/: 503 .*signed: true$/.test(failure))).toEqual([]);
      expect(load.failures.length).toBeLessThanOrEqual(writers.length);
    },
    120_000,
  );
});

describe('a change of every replica, one after the other', () => {
  it('costs no request', async () => {
    load = RequestLoad.start(application, writers);
    await load.flows(20);
    for (const replica of [...compose.replicas]) {
      expect([replica.service, await compose.endReplica(replica)]).toEqual([replica.service, 0]);
      const next = await compose.startReplica(replica.service, replica.port);
      await eventually(async () => (await fetch(`${next.program.url}/readyz`)).ok, {
        deadlineMs: 30_000,
        everyMs: 100,
      });
      await load.flows(20);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
  }, 180_000);
});

describe('what the containers say', () => {
  it('holds no secret', () => {
    const log = compose.host.log;
    expect(log).not.toBe('');
    const owners = readdirSync(compose.host.path('', '')).filter((volume) => volume.endsWith('-secrets'));
    const files = owners.flatMap((owner) =>
      readdirSync(compose.host.path(owner, '')).map((name) => [owner, name] as const),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const [owner, name] of files) {
      const found = secretsIn(compose.host.read(owner, name)).filter((secret) => log.includes(secret));
      expect([owner, name, found]).toEqual([owner, name, []]);
    }
  });
});

describe('kubectl apply -k k8s/overlays/local', () => {
  let cluster: ClusterHost;
  beforeAll(async () => {
    await compose.host.close();
    cluster = await ClusterHost.apply('k8s/overlays/local');
  }, 180_000);
  afterAll(() => cluster?.host.close(), 60_000);

  it('runs every job to its end, and two replicas of every service', () => {
    const migrations = runningServices.map((service) => `migration/${service}`);
    const jobs = ['database/database', ...migrations, 'migration/streams'];
    expect(cluster.jobs).toEqual(jobs.map((name) => [`countersign-${name}`, 0]));
    const names = cluster.replicas.map(({ service }) => service);
    expect(names.sort()).toEqual([...twice(['gateway', ...runningServices])].sort());
  });

  it('gives a platform that serves signed requests, each once', async () => {
    expect((await cluster.operator('realm', 'create', 'acme')).code).toBe(0);
    const created = await cluster.operator('application', 'create', '--realm', 'acme', '--name', 'shop', '--json');
    const [one, other] = cluster.gateways;
    const shop = new Application({ baseUrl: one ?? '', ...JSON.parse(created.stdout) });
    const made = await shop.ask('POST', users, { userId: 'jdoe', password: 'correct horse battery' });
    expect([made.json, made.signatureHolds]).toEqual([{ status: 'success', message: '' }, true]);
    const request = shop.prepare('GET', jdoe);
    expect((await shop.send(request, other)).json.userId).toBe('jdoe');
    expect((await shop.send(request, one)).json.message).toBe('Authentication header has been seen before.');
  }, 60_000);
});

function twice(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [name, name]);
}

/** The password of an address, the keys of a ring, or all of it. */
function secretsIn(text: string): readonly string[] {
  if (text.startsWith('{')) return Object.values<string>(JSON.parse(text).keys);
  return [/:([^:@/]+)@/.exec(text)?.[1] ?? text];
}
