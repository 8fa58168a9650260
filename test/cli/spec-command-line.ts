import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type Operation, Problem } from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../apps/cli/src/run.js';

export type Body = Record<string, unknown>;
type Reply = (request: Body) => unknown;

export interface Typing {
  /** Lines typed on a terminal; none: there is no terminal. */
  readonly typed?: readonly string[];
}

/** The command line on a bus where every service answers what the spec says, and `internal` where it says nothing. */
export class SpecCommandLine {
  /** Of the spec's own, for files. */
  folder = '';
  private asked: { readonly subject: string; readonly request: Body }[] = [];
  private replies = new Map<string, Reply>();
  private nats: TestNats | undefined;
  private service: NatsConnection | undefined;

  async open(): Promise<void> {
    this.nats = await startTestNats('');
    this.service = await connect({ servers: this.nats.url });
    this.service.subscribe('countersign.v1.>', { callback: (_error, message) => this.reply(message) });
    await this.service.flush();
    this.folder = mkdtempSync(join(tmpdir(), 'cli-'));
  }

  async close(): Promise<void> {
    await this.service?.close();
    await this.nats?.remove();
    if (this.folder !== '') rmSync(this.folder, { recursive: true, force: true });
  }

  forget(): void {
    this.asked = [];
    this.replies = new Map();
  }

  /** A reply that is a `Problem` is a refusal. */
  answer(operation: Operation, reply: Reply): void {
    this.replies.set(operation.subject, reply);
  }

  /** All that was asked, or what was asked of one operation, in order. */
  requests(operation?: Operation): readonly Body[] {
    const wanted = this.asked.filter(({ subject }) => operation === undefined || subject === operation.subject);
    return wanted.map(({ request }) => request);
  }

  async run(words: readonly string[], { typed }: Typing = {}) {
    const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: typed !== undefined })];
    const exitCode = await run({
      typed: words,
      environment: {
        NATS_URL: this.nats?.url ?? '',
        XDG_CONFIG_HOME: join(this.folder, 'config'),
        COUNTERSIGN_REALM: 'staff',
        NO_COLOR: '1',
      },
      workingFolder: this.folder,
      openStdin: () => Readable.from((typed ?? []).map((line) => `${line}\n`)),
      isStdinTerminal: typed !== undefined,
      stdout,
      stderr,
    });
    return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }

  private reply(message: Msg): void {
    const request = message.json<Body>();
    this.asked.push({ subject: message.subject, request });
    const answer = this.replies.get(message.subject)?.(request) ?? new Problem('internal');
    const marks = headers();
    if (answer instanceof Problem) marks.set('Nats-Service-Error-Code', String(answer.status));
    message.respond(JSON.stringify(answer instanceof Problem ? answer.toBody() : answer), { headers: marks });
  }
}

/** Opens one before the specs of this file, closes it after them, and lets each begin anew. */
export function specCommandLine(): SpecCommandLine {
  const line = new SpecCommandLine();
  beforeAll(() => line.open());
  afterAll(() => line.close());
  beforeEach(() => line.forget());
  return line;
}
