import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandomness } from '@countersign/clock';
import { createApplication, createRealm, type Operation, Problem, showApplication } from '@countersign/contracts';
import type { Messenger } from '@countersign/messaging';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { announcement } from './announcement.js';
import { DataFolder } from './data-folder.js';
import { type Demo, DemoSeed, type DemoState } from './demo.js';

const addresses = {
  baseUrl: 'http://127.0.0.1:1',
  natsUrl: 'nats://127.0.0.1:2',
  databaseUrl: 'postgres://127.0.0.1:3',
};
const idOf = (count: number) => String(count).repeat(32);

let path: string;
let folder: DataFolder;
let realms: Set<string>;
let applications: { applicationId: string; isDisabled: boolean }[];
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'demo-'));
  folder = new DataFolder(path);
  [realms, applications] = [new Set(), []];
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

/** The services, as far as a demo notices them. */
const messenger = {
  async ask(operation: Operation, request: { realm: string; applicationId: string }) {
    if (operation === createRealm && realms.has(request.realm)) throw new Problem('realm.exists');
    if (operation === createRealm) realms.add(request.realm);
    if (operation === createApplication) {
      applications.push({ applicationId: idOf(applications.length + 1), isDisabled: false });
      return { applicationId: applications.at(-1)?.applicationId, applicationKey: 'k'.repeat(64) };
    }
    const found = applications.find(({ applicationId }) => applicationId === request.applicationId);
    if (operation === showApplication && found === undefined) throw new Problem('application.unknown');
    return operation === showApplication ? found : { failed: [] };
  },
} as unknown as Messenger;

async function start(): Promise<DemoState> {
  return new DemoSeed(messenger, folder, systemRandomness).ensure(addresses);
}
const demo = () => JSON.parse(readFileSync(folder.demo, 'utf8')) as Demo;
const saidOf = (state: DemoState) =>
  announcement({ url: addresses.baseUrl, folder, natsAddress: '', databaseAddress: '', demo: state });

describe('the demo', () => {
  it('is made at the first start, kept at the next, and nothing is said of it', async () => {
    expect(await start()).toEqual({});
    const made = demo();
    expect(await start()).toEqual({});
    expect(demo()).toEqual(made);
    expect(saidOf({})).toContain('npx countersign request GET /demo/');
  });

  it('whose application was deleted is told, and gets another one', async () => {
    await start();
    applications = [];
    const state = await start();
    expect(saidOf(state)).toContain(`application ${idOf(1)} of demo.json does not exist any more: made another`);
    expect(applications).toHaveLength(1);
  });

  it('whose file is missing beside a demo realm is told, and gets another application', async () => {
    await start();
    rmSync(folder.demo);
    expect(saidOf(await start())).toContain('demo.json was missing: made another application');
    expect(demo().applicationId).toBe(idOf(2));
  });

  it('whose application is disabled stays so, and the next step is to enable it', async () => {
    await start();
    applications = applications.map((application) => ({ ...application, isDisabled: true }));
    const said = saidOf(await start());
    expect(said).toMatch(new RegExp(`Next: +npx countersign application enable ${idOf(1)}`));
    expect(said).not.toContain('countersign request');
    expect(applications).toHaveLength(1);
  });

  it('whose file is damaged is refused, and the file stays', async () => {
    writeFileSync(folder.demo, '{"baseUrl":');
    await expect(start()).rejects.toThrow(
      `${folder.demo} is damaged: it is not the JSON that npm start writes: put it back`,
    );
    expect(readFileSync(folder.demo, 'utf8')).toBe('{"baseUrl":');
  });
});
