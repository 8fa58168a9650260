import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  addMembers,
  deleteGroup,
  listGroups,
  listMembers,
  type Operation,
  Problem,
  renameGroup,
  showGroup,
} from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../run.js';

const id = '0192f0c1-7b7d-7000-8000-000000000001';

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
    typed: [...words, '--realm', 'staff'],
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

describe('countersign group', () => {
  it('lists, renames and deletes', async () => {
    answer(listGroups, () => ({ groups: [{ id, group: 'staff', createdAt: '2026-11-22T00:00:00.000Z' }] }));
    answer(renameGroup, () => ({ id }));
    answer(deleteGroup, () => ({ id }));
    expect(await countersign(['group', 'list', '--prefix', 'st', '-o', 'name'])).toMatchObject({ stdout: 'staff\n' });
    expect(await countersign(['group', 'rename', 'staff', 'crew'])).toMatchObject({ exitCode: 0 });
    expect(await countersign(['group', 'delete', 'crew'])).toMatchObject({ exitCode: 0 });
    expect(asked.map(({ request }) => request)).toMatchObject([
      { prefix: 'st' },
      { group: 'staff', newName: 'crew' },
      { group: 'crew' },
    ]);
  });

  it('shows a page of its members', async () => {
    answer(showGroup, () => ({ id, group: 'staff', createdAt: '2026-11-22T00:00:00.000Z' }));
    answer(listMembers, () => ({
      users: [
        { id, userId: 'jdoe' },
        { id, userId: 'asmith' },
      ],
      next: 'c1',
    }));
    const { stdout, stderr } = await countersign(['group', 'show', 'staff', '--limit', '2']);
    expect(stdout).toMatch(/members +jdoe\n +asmith/);
    expect(stderr).toBe('there are more members: --after c1\n');
    expect(JSON.parse((await countersign(['group', 'show', 'staff', '--json'])).stdout)).toMatchObject({
      members: [{ userId: 'jdoe' }, {}],
      next: 'c1',
    });
  });

  it.each([
    [[], 0],
    [[1], 7],
    [[0, 1, 2], 3],
  ])('adds users; with %j unknown it ends with %i', async (unknown, expected) => {
    answer(addMembers, () => ({
      failed: unknown.map((userIndex) => ({ userIndex, groupIndex: 0, problem: 'user.unknown' })),
    }));
    const { exitCode, stdout } = await countersign(['group', 'add', 'staff', 'a', 'b', 'c', 'a', '--json']);
    expect(exitCode).toBe(expected);
    expect(requests(addMembers)).toEqual([{ realm: 'staff', groups: ['staff'], userIds: ['a', 'b', 'c'] }]);
    const refused = unknown.map((at) => ({ userId: ['a', 'b', 'c'][at], problem: 'user.unknown' }));
    expect(JSON.parse(stdout)).toEqual({ realm: 'staff', group: 'staff', added: 3 - unknown.length, refused });
  });
});
