import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { countUsers, importUsers, Problem, type ProblemCode, type RequestOf, showRealm } from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../apps/cli/src/run.js';

type Chunk = RequestOf<typeof importUsers>;
type Reply = (body: unknown, key: string) => unknown;

/** Imports by the command line, and services that remember users, and what they have answered under which key. */
export class SpecImports {
  /** Of the spec's own, for files. */
  folder = '';
  /** What the services know, by folded user id, and under which keys they were asked. */
  users = new Map<string, string>();
  keys: string[] = [];
  realmId = '';
  /** May refuse the n-th ask of an import, counted from 1, or keep silent. */
  refuse: (ask: number, chunk: Chunk) => ProblemCode | 'silence' | 'silence once done' | undefined = () => undefined;
  /** User ids whose creation was given up: the key under which they were asked for answers so ever after. */
  withdrawn = new Map<string, 'once' | 'always'>();
  private answered = new Map<string, unknown>();
  private nats: TestNats | undefined;
  private service: NatsConnection | undefined;

  async open(): Promise<void> {
    this.nats = await startTestNats('');
    this.service = await connect({ servers: this.nats.url });
    this.answer(showRealm.subject, () => ({
      realmId: this.realmId,
      realm: 'staff',
      spelledAs: 'staff',
      profile: 'compat',
      settings: {},
      createdAt: '2026-11-22T00:00:00.000Z',
    }));
    this.answer(countUsers.subject, () => ({ users: this.users.size }));
    this.answer(importUsers.subject, (body, key) => this.import(importUsers.request.parse(body) as Chunk, key));
    await this.service.flush();
  }

  async close(): Promise<void> {
    await this.service?.close();
    await this.nats?.remove();
  }

  begin(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'cli-'));
    this.users = new Map();
    this.keys = [];
    this.realmId = '0192f0c1-7b7d-7000-8000-000000000001';
    this.refuse = () => undefined;
    this.withdrawn = new Map();
    this.answered = new Map();
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What `user import --json` comes to. */
  async of(file: string, flags: readonly string[] = [], stdin = '') {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const exitCode = await run({
      typed: ['user', 'import', file, '--realm', 'staff', '--json', ...flags],
      environment: { NATS_URL: this.nats?.url ?? '', XDG_CONFIG_HOME: join(this.folder, 'config') },
      workingFolder: this.folder,
      openStdin: () => Readable.from([Buffer.from(stdin)]),
      isStdinTerminal: false,
      stdout,
      stderr,
    });
    const printed = String(stdout.read() ?? '');
    return { exitCode, stderr: String(stderr.read() ?? ''), report: printed === '' ? undefined : JSON.parse(printed) };
  }

  /** A file of lines, of which those that are no text become JSON. */
  written(name: string, lines: readonly (object | string)[]): string {
    const path = join(this.folder, name);
    writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
    return path;
  }

  private import(chunk: Chunk, key: string): unknown {
    this.keys.push(key);
    const refusal = this.refuse(this.keys.length, chunk);
    if (refusal === 'silence') return undefined;
    if (refusal !== undefined && refusal !== 'silence once done') throw new Problem(refusal);
    const outcomes = this.answered.get(key) ?? chunk.users.map((user) => this.outcomeOf(user, chunk));
    this.answered.set(key, outcomes);
    return refusal === undefined ? { outcomes } : undefined;
  }

  private outcomeOf(user: Chunk['users'][number], { dryRun, update }: Chunk): object {
    const isWithdrawn = this.withdrawn.get(user.userId);
    if (isWithdrawn === 'once') this.withdrawn.delete(user.userId);
    if (isWithdrawn !== undefined) return { outcome: 'refused', problem: 'user.withdrawn' };
    if (user.emails.some(({ value }) => value === 'none')) {
      return { outcome: 'refused', problem: 'user.email_invalid', detail: 'emails.1 is no mail address' };
    }
    const there = this.users.get(user.userId.toLowerCase());
    if (there === JSON.stringify(user)) return { outcome: 'same' };
    if (there !== undefined && !update) return { outcome: 'different', detail: 'groups' };
    if (!dryRun) this.users.set(user.userId.toLowerCase(), JSON.stringify(user));
    return { outcome: there === undefined ? 'created' : 'updated' };
  }

  /** Answers single asks and batches of them, as the services do. */
  private answer(subject: string, reply: Reply): void {
    this.service?.subscribe(subject, {
      callback: (_error, message) =>
        message.headers?.has('Countersign-Batch') ? answerBatch(message, reply) : answerSingle(message, reply),
    });
  }
}

function replyTo(reply: Reply, body: unknown, key: string): { status: number; body: unknown } | undefined {
  try {
    const answer = reply(body, key);
    return answer === undefined ? undefined : { status: 200, body: answer };
  } catch (error) {
    return { status: (error as Problem).status, body: (error as Problem).toBody() };
  }
}

function answerSingle(message: Msg, reply: Reply): void {
  const answer = replyTo(reply, message.json(), message.headers?.get('Countersign-Idempotency-Key') ?? '');
  const marks = headers();
  if (answer !== undefined && answer.status !== 200) marks.set('Nats-Service-Error-Code', String(answer.status));
  if (answer !== undefined) message.respond(JSON.stringify(answer.body), { headers: marks });
}

function answerBatch(message: Msg, reply: Reply): void {
  const items = message.json<{ id: number; h: Record<string, string>; b: unknown }[]>();
  const answers = items.flatMap(({ id, h, b }) => {
    const answer = replyTo(reply, b, h['Countersign-Idempotency-Key'] ?? '');
    return answer === undefined ? [] : [{ id, s: answer.status, b: answer.body }];
  });
  const marks = headers();
  marks.set('Countersign-Batch', String(answers.length));
  message.respond(JSON.stringify(answers), { headers: marks });
}

/** The refusals beside an imported file. */
export function refusedOf(file: string): unknown[] {
  const lines = readFileSync(`${file}.refused.jsonl`, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

/** So many users of one group. */
export function manyUsers(count: number): { readonly userId: string; readonly groups: readonly string[] }[] {
  return Array.from({ length: count }, (_, at) => ({ userId: `user${at}`, groups: ['staff'] }));
}

/** Opens the services before the specs of this file and closes them after; each spec begins with an empty realm. */
export function specImports(): SpecImports {
  const imports = new SpecImports();
  beforeAll(() => imports.open());
  afterAll(() => imports.close());
  beforeEach(() => imports.begin());
  afterEach(() => imports.end());
  return imports;
}
