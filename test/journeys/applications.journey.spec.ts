import { eventually } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Application } from './application.js';
import { countersign } from './command-line.js';
import { OwnRealms } from './own-realms.js';

const realm = 'applications';
let realms: OwnRealms;
let firstGateway: string;
let secondGateway: string;
beforeAll(async () => {
  realms = await OwnRealms.open();
  firstGateway = (await realms.make(realm)).credentials.baseUrl;
  secondGateway = (await realms.platform.join('gateway')).url;
}, 120_000);
afterAll(() => realms?.close());

const operate = (...args: string[]) => countersign(realms.platform.folder, ...args);

async function create(...more: string[]): Promise<Application> {
  const args = ['application', 'create', '--realm', realm, '--name', 'x', '--json', ...more];
  const { code, stdout, stderr } = await operate(...args);
  expect([code, stderr]).toEqual([0, '']);
  const created = JSON.parse(stdout);
  expect(Object.keys(created)).toEqual(['applicationId', 'applicationKey']);
  return new Application({ baseUrl: firstGateway, ...created });
}

const path = `/${realm}/api/v1/users/jdoe`;
const unknown = { status: 'invalid', message: 'AppId is unknown.' };

describe('an application', () => {
  it('is made by an operator and may ask at once', async () => {
    const application = await create();
    expect((await application.ask('GET', path)).status).toBe(200);
  });

  it('is of one realm only', async () => {
    expect((await operate('realm', 'create', 'other-applications')).code).toBe(0);
    const application = await create();
    const answer = await application.ask('GET', '/other-applications/api/v1/users/jdoe');
    expect([answer.status, answer.json, answer.signatureHolds]).toEqual([401, unknown, undefined]);
  });

  it('that is disabled is refused at once, at every gateway that knew it', async () => {
    const application = await create();
    for (const url of [firstGateway, secondGateway]) {
      expect((await application.ask('GET', path, undefined, url)).status).toBe(200);
    }
    const { applicationId } = application.credentials;
    expect((await operate('application', 'disable', applicationId)).code).toBe(0);
    for (const url of [firstGateway, secondGateway]) {
      const answer = await application.ask('GET', path, undefined, url);
      expect([answer.status, answer.json]).toEqual([401, unknown]);
    }
    expect((await operate('application', 'enable', applicationId)).code).toBe(0);
    // a gateway remembers for a few seconds that it refused an application
    await eventually(async () => (await application.ask('GET', path)).status === 200, { deadlineMs: 20_000 });
    expect((await operate('application', 'delete', applicationId)).code).toBe(2);
    expect((await operate('application', 'delete', applicationId, '--yes')).code).toBe(0);
    expect((await application.ask('GET', path)).status).toBe(401);
  });

  it('has two keys for the overlap after a rotation, and one when there is none', async () => {
    const application = await create();
    const { applicationId } = application.credentials;
    const rotate = (...overlap: string[]) =>
      operate('application', 'rotate', applicationId, '--json', '--overlap', ...overlap);
    const first = JSON.parse((await rotate('1h')).stdout);
    expect(Object.keys(first)).toEqual(['applicationId', 'applicationKey']);
    const rotated = new Application({ ...application.credentials, ...first });
    for (const one of [application, rotated]) {
      for (const url of [firstGateway, secondGateway]) {
        expect((await one.ask('GET', path, undefined, url)).status).toBe(200);
      }
    }
    const second = JSON.parse((await rotate('0s', '--yes')).stdout);
    const newest = new Application({ ...application.credentials, ...second });
    expect((await newest.ask('GET', path, undefined, secondGateway)).status).toBe(200);
    for (const url of [firstGateway, secondGateway]) {
      const answer = await rotated.ask('GET', path, undefined, url);
      expect([answer.status, answer.json.message]).toEqual([401, 'Invalid credentials.']);
    }
  });

  it('may do what its permissions say and no more', async () => {
    const reader = await create('--permissions', 'user-management');
    expect((await reader.ask('GET', path)).status).toBe(200);
    const refused = await reader.ask('POST', `${path}/resetpwd`, { password: 'a fresh start, please' });
    expect([refused.status, refused.json.status, refused.signatureHolds]).toEqual([403, 'invalid', true]);
    const changer = await create('--permissions', 'self-service-change,administrator-reset');
    expect((await changer.ask('GET', path)).status).toBe(403);
    const usual = await create();
    expect((await usual.ask('GET', path)).status).toBe(200);
    expect((await usual.ask('DELETE', `/${realm}/api/v1/users`, { user_id: 'nobody' })).status).toBe(403);
  });

  it('is listed and shown without its key', async () => {
    const application = await create();
    const { stdout } = await operate('application', 'list', '--realm', realm, '--json');
    expect(JSON.parse(stdout).length).toBeGreaterThan(1);
    const shown = await operate('application', 'show', application.credentials.applicationId, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ realm, name: 'x', isDisabled: false });
    expect(stdout + shown.stdout).not.toContain(application.credentials.applicationKey);
  });
});

describe('the command line', () => {
  it('exits 3 for what is not there, 2 for wrong usage, 6 when nothing answers', async () => {
    const nobody = '0'.repeat(32);
    expect((await operate('application', 'show', nobody)).code).toBe(3);
    expect((await operate('application', 'shwo')).code).toBe(2);
    const nowhere = ['request', 'GET', path, '--url', 'http://127.0.0.1:9'];
    expect((await operate(...nowhere)).code).toBe(6);
  });

  it('refuses a reserved or malformed realm name', async () => {
    for (const name of ['healthz', 'Bad.Name']) {
      expect((await operate('realm', 'create', name)).code).not.toBe(0);
    }
    expect((await operate('realm', 'create', realm)).code).toBe(1);
  });
});

describe('a realm setting', () => {
  it('is given at creation, by its exact name, and decides what gateways tolerate', async () => {
    const settings = '{"dialects":{"secureauth":{"tolerateDecodedPath":false}}}';
    const misspelt = await operate('realm', 'create', 'exact', '--settings', '{"tolerate":false}');
    expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('tolerate')]);
    expect((await operate('realm', 'create', 'exact', '--settings', settings)).code).toBe(0);
    const args = ['application', 'create', '--realm', 'exact', '--name', 'x', '--json'];
    const created = JSON.parse((await operate(...args)).stdout);
    const application = new Application({ baseUrl: firstGateway, ...created });
    const users = '/exact/api/v1/users';
    const decoded = application.prepare('GET', `${users}/zo%C3%AB`, { signedPath: `${users}/zoë` });
    expect((await application.send(decoded)).json.message).toBe('Invalid credentials.');
    expect((await application.ask('GET', `${users}/zo%C3%AB`)).status).toBe(404);
  });
});

describe('an operator', () => {
  it('makes a locked user active again', async () => {
    const { code, stdout } = await operate('user', 'unlock', 'jsmith', '--realm', realm, '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ userId: 'jsmith', state: 'active' })]);
  });
});
