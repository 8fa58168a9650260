import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Operation, Problem, setRealm } from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../run.js';

let nats: TestNats;
let service: NatsConnection;
let folder: string;
/** What was asked, and what is answered, by subject. */
let asked: { readonly subject: string; readonly request: Record<string, unknown> }[];
let answers: Map<string, (request: Record<string, unknown>) => unknown>;

beforeAll(async () => {
  nats = await startTestNats('');
  service = await connect({ servers: nats.url });
  service.subscribe('countersign.v1.>', {
    callback: (_error, message) => {
      const request = message.json<Record<string, unknown>>();
      asked.push({ subject: message.subject, request });
      const answer = answers.get(message.subject)?.(request) ?? new Problem('internal');
      const marks = headers();
      if (answer instanceof Problem) marks.set('Nats-Service-Error-Code', String(answer.status));
      message.respond(JSON.stringify(answer instanceof Problem ? answer.toBody() : answer), { headers: marks });
    },
  });
  await service.flush();
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(async () => {
  await service?.close();
  await nats?.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  answers = new Map();
});

function answer(operation: Operation, reply: (request: Record<string, unknown>) => unknown): void {
  answers.set(operation.subject, reply);
}

async function countersign(words: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await run({
    typed: [...words],
    environment: { NATS_URL: nats.url, XDG_CONFIG_HOME: join(folder, 'config'), NO_COLOR: '1' },
    workingFolder: folder,
    openStdin: () => new PassThrough(),
    isStdinTerminal: false,
    stdout,
    stderr,
  });
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const requests = (operation: Operation) =>
  asked.filter(({ subject }) => subject === operation.subject).map(({ request }) => request);

describe('countersign realm set', () => {
  const settings = () => requests(setRealm).map((request) => request['settings']);

  it('changes what is named: JSON, plain text, null, and --settings', async () => {
    answer(setRealm, () => new Problem('realm.unknown'));
    const words = ['realm', 'set', 'staff', 'supportsGroups=false', 'ownDomain=corp', 'requiredGroups=null'];
    expect(await countersign([...words, '--settings', '{"readOnlyProperties":["email1"]}'])).toMatchObject({
      exitCode: 3,
    });
    expect(settings()).toEqual([
      { supportsGroups: false, ownDomain: 'corp', requiredGroups: null, readOnlyProperties: ['email1'] },
    ]);
  });

  it.each([
    [[], /nothing to set/],
    [['supportGroups=false'], /supportGroups is no setting/],
    [['supportsGroups'], /not key=json/],
    [['supportsGroups=no'], /supportsGroups: /],
    [['readOnlyProperties=["surname"]'], /is no property/],
    [['--settings', '[]'], /no JSON object/],
  ])('refuses %j as usage before anything is asked', async (words, message) => {
    const { exitCode, stderr } = await countersign(['realm', 'set', 'staff', ...words]);
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(message);
  });
});
