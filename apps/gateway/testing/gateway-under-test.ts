import { connect, type Socket } from 'node:net';
import { FixedClock } from '@countersign/clock';
import {
  type ClaimVerdict,
  claimRequest,
  judgeDate,
  Problem,
  permissions,
  type RealmProfile,
  type RealmSettings,
  realmSettings,
  showCredential,
} from '@countersign/contracts';
import { Bus, Messenger } from '@countersign/messaging';
import { createLogger, Metrics } from '@countersign/observability';
import { applicationKey, signRequest, verifyResponse } from '@countersign/signing';
import { Global, Module } from '@nestjs/common';
import type { DescribedDialect } from '../src/description/described-dialect.js';
import { dialects } from '../src/dialects/dialects.js';
import { openGateway, settings } from '../src/service.js';
import { ScriptedMessenger } from './scripted-messenger.js';

export const applicationId = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
export const key = applicationKey('000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000');
const keyHex = '000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000';

/** A user as the directory gives one. */
export function userOf(userId: string, more: object = {}): object {
  const madeAt = '2026-01-01T00:00:00.000Z';
  return {
    id: '01900000-0000-7000-8000-000000000001',
    userId,
    aliases: [],
    state: 'active',
    stateChangedAt: madeAt,
    isGroupMissing: false,
    createdAt: madeAt,
    updatedAt: madeAt,
    name: {},
    emails: [],
    phones: [],
    attributes: {},
    questions: {},
    groups: [],
    ...more,
  };
}

/** Mail addresses or phones of a user, by position. */
export function contactsOf(values: Readonly<Record<number, string>>): readonly object[] {
  return Object.entries(values).map(([position, value]) => ({
    id: '01900000-0000-7000-8000-000000000002',
    value,
    kind: 'other',
    position: Number(position),
    addedAt: '2026-01-01T00:00:00.000Z',
  }));
}

@Global()
@Module({})
class ScriptedMessaging {}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Undefined: it carries no signature. */
  readonly signatureHolds: boolean | undefined;
}

export interface Sent {
  readonly method?: string;
  readonly path: string;
  /** The path that is signed, where that is not the one on the request line. */
  readonly signedPath?: string;
  readonly body?: string | Buffer;
  readonly headers?: readonly string[];
  readonly date?: number;
  readonly signer?: typeof key;
  readonly unsigned?: boolean;
  /** More requests follow on the connection. */
  readonly isKeptAlive?: boolean;
}

/** A gateway on a free port whose services are scripts, and a client that speaks to it through a socket, byte by byte. */
export class GatewayUnderTest {
  readonly clock = new FixedClock(Date.parse('2026-11-21T12:00:00Z'));
  readonly services = new ScriptedMessenger();
  readonly metrics = new Metrics('gateway');
  readonly bus = { isUp: () => true };
  /** What the log has at the level of errors. */
  readonly faults: unknown[] = [];
  verdict: ClaimVerdict = 'won';
  readonly credential = {
    applicationId,
    version: 1,
    keys: [{ keyVersion: 1, key: keyHex }],
    permissions: [...permissions] as string[],
    realm: 'demo',
    realmId: '01900000-0000-7000-8000-000000000000',
    profile: 'compat' as RealmProfile,
    settings: realmSettings.parse({}),
  };
  private readonly sockets: Socket[] = [];
  private running: Awaited<ReturnType<typeof openGateway>> | undefined;

  async open(
    environment: Readonly<Record<string, string>> = {},
    more: readonly DescribedDialect[] = [],
  ): Promise<this> {
    this.services.on(showCredential, ({ applicationId: id }) => {
      if (id !== applicationId) throw new Problem('application.unknown');
      return structuredClone(this.credential);
    });
    this.services.on(judgeDate, () => ({ isClaimable: true }));
    this.services.on(claimRequest, ({ version }) => ({
      verdict: Number(version) < this.credential.version ? 'changed' : this.verdict,
    }));
    const providers = [
      { provide: Messenger, useValue: this.services },
      { provide: Bus, useValue: this.bus },
    ];
    const logger = createLogger({ service: 'gateway', level: 'silent' });
    logger.error = (...line: unknown[]) => void this.faults.push(line);
    this.running = await openGateway({
      settings: settings.parse({ NATS_URL: 'nats://nowhere', COUNTERSIGN_PORT: '0', ...environment }),
      messaging: { module: ScriptedMessaging, providers, exports: providers },
      logger,
      metrics: this.metrics,
      clock: this.clock,
      dialects: [...dialects, ...more],
    });
    return this;
  }

  /** Settings of the dialect as an operator changes them: this gateway knows it when its copy loses a claim. */
  change(settings: Readonly<Record<string, unknown>>): void {
    const before = this.credential.settings.dialects['secureauth'];
    const after = Object.entries({ ...before, ...settings }).filter(([, value]) => value !== undefined);
    this.changeRealm({ dialects: { secureauth: Object.fromEntries(after) } as RealmSettings['dialects'] });
  }

  /** Settings that are of no dialect. */
  changeRealm(settings: Partial<RealmSettings>): void {
    Object.assign(this.credential.settings, settings);
    this.credential.version += 1;
  }

  get url(): string {
    return this.running?.url ?? '';
  }

  async close(): Promise<void> {
    await this.running?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /** Every request is signed a millisecond later than the one before, as no two may be alike. */
  request(sent: Sent): Buffer {
    const { method = 'GET', path, signedPath = path, body, headers = [], date, signer = key, unsigned } = sent;
    this.clock.advance(1);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const signed = signRequest({
      method,
      path: signedPath.split('?')[0] ?? '',
      body: bytes,
      applicationId,
      key: signer,
      date: date ?? this.clock.now(),
    });
    const lines = [
      `${method} ${path} HTTP/1.1`,
      'Host: gateway',
      ...(sent.isKeptAlive ? [] : ['Connection: close']),
      ...(unsigned
        ? []
        : [`Authorization: ${signed.authorization}`, `${signed.dateHeader.name}: ${signed.dateHeader.value}`]),
      ...(bytes === undefined ? [] : [`Content-Length: ${bytes.length}`]),
      ...headers,
    ];
    return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes ?? Buffer.alloc(0)]);
  }

  send(sent: Sent): Promise<RawAnswer> {
    return this.sendBytes(this.request(sent));
  }

  async sendBytes(bytes: Buffer | string): Promise<RawAnswer> {
    return readAnswer(await this.exchange(bytes));
  }

  /** Several requests in one go on one connection, and their answers as far as they come. */
  async pipeline(requests: readonly Sent[]): Promise<readonly RawAnswer[]> {
    let left = await this.exchange(Buffer.concat(requests.map((sent) => this.request(sent))));
    const answers: RawAnswer[] = [];
    while (left.length > 0) {
      const head = left.subarray(0, left.indexOf('\r\n\r\n') + 4);
      const length = head.length + Number(/^content-length: (\d+)/im.exec(head.toString())?.[1]);
      answers.push(readAnswer(left.subarray(0, length)));
      left = left.subarray(length);
    }
    return answers;
  }

  /** A connection to do with as one likes; it may end at any time, and ends with the gateway. */
  connect(): Socket {
    const socket = this.dial();
    this.sockets.push(socket);
    return socket;
  }

  /** What a gauge or counter stands at. */
  async metric(name: string): Promise<number> {
    const line = new RegExp(`^countersign_${name}\\{[^}]*\\} (.*)$`, 'm').exec(await this.metrics.text());
    return Number(line?.[1]);
  }

  private async exchange(bytes: Buffer | string): Promise<Buffer> {
    const socket = this.dial();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
    return Buffer.concat(chunks);
  }

  private dial(): Socket {
    return connect(Number(new URL(this.url).port), '127.0.0.1').on('error', () => undefined);
  }
}

function readAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = bytes.subarray(end + 4);
  const date = headers['x-sa-date'];
  const signature = headers['x-sa-signature'];
  const isSigned = date !== undefined || signature !== undefined;
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: body.toString(),
    signatureHolds: isSigned
      ? verifyResponse({ date: date ?? '', applicationId, body, key, signature: signature ?? '' })
      : undefined,
  };
}
