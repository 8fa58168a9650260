import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { rotateApplicationKey } from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../run.js';

const demoId = 'd'.repeat(32);
const [oldKey, newKey] = ['1'.repeat(64), '2'.repeat(64)];

let nats: TestNats;
let service: NatsConnection;
let folder: string;
let demoFile: string;

beforeAll(async () => {
  nats = await startTestNats('');
  service = await connect({ servers: nats.url });
  service.subscribe(rotateApplicationKey.subject, {
    callback: (_error, message) => {
      const { applicationId } = message.json<{ applicationId: string }>();
      const previousKeyExpiresAt = '2026-11-22T12:00:00.000Z';
      message.respond(JSON.stringify({ applicationId, applicationKey: newKey, previousKeyExpiresAt }));
    },
  });
  await service.flush();
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  demoFile = join(folder, 'demo.json');
});
afterAll(async () => {
  await service?.close();
  await nats?.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  const demo = { baseUrl: 'http://127.0.0.1:8080', realm: 'demo', applicationId: demoId, applicationKey: oldKey };
  writeFileSync(demoFile, JSON.stringify({ ...demo, natsUrl: nats.url, users: [] }), { mode: 0o600 });
});

async function rotate(...typed: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await run({
    typed: ['application', 'rotate', ...typed],
    environment: { COUNTERSIGN_DATA: folder, XDG_CONFIG_HOME: join(folder, 'config') },
    workingFolder: folder,
    openStdin: () => new PassThrough(),
    isStdinTerminal: false,
    stdout,
    stderr,
  });
  return { exitCode, stderr: String(stderr.read()) };
}

function demo(): Record<string, unknown> {
  return JSON.parse(readFileSync(demoFile, 'utf8')) as Record<string, unknown>;
}

describe('countersign application rotate', () => {
  it('puts the new key of the demo application into demo.json, so that the next request is signed with it', async () => {
    const { exitCode, stderr } = await rotate(demoId);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${demoFile} holds the new key`);
    expect(demo()).toMatchObject({ applicationId: demoId, applicationKey: newKey, natsUrl: nats.url, users: [] });
    expect(statSync(demoFile).mode & 0o777).toBe(0o600);
  });

  it('does so as well when the key goes to a file of its own', async () => {
    expect(await rotate(demoId, '--key-file', join(folder, 'new.key'))).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(folder, 'new.key'), 'utf8')).toBe(`${newKey}\n`);
    expect(demo()['applicationKey']).toBe(newKey);
  });

  it('leaves demo.json alone when another application is rotated, or none', async () => {
    expect(await rotate('e'.repeat(32))).toMatchObject({ exitCode: 0 });
    expect(await rotate(demoId, '--dry-run')).toMatchObject({ exitCode: 0 });
    expect(demo()['applicationKey']).toBe(oldKey);
  });

  it.each(['0', '0s', '999ms'])('ends the present key at once (--overlap %s) with consent only', async (overlap) => {
    const { exitCode, stderr } = await rotate(demoId, '--overlap', overlap);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('end the present key')]);
    expect(demo()['applicationKey']).toBe(oldKey);
    expect(await rotate(demoId, '--overlap', overlap, '--yes')).toMatchObject({ exitCode: 0 });
    expect(demo()['applicationKey']).toBe(newKey);
  });
});
