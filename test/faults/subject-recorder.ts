import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands between a program of ours and nats-server and notes every subject that the program names, also those that the
 * server would refuse: no listener on the bus could see as much.
 */
export class SubjectRecorder {
  /** As they were sent, random tokens and all. */
  readonly subjects: string[] = [];
  /** Lines that are none of NATS's protocol: what a value with a line end in the wrong place would become. */
  readonly strange: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** What the program takes for the bus. */
    readonly url: string,
  ) {}

  /** @param url of the bus, with credentials */
  static async before(url: string): Promise<SubjectRecorder> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = new URL(url);
    own.hostname = '127.0.0.1';
    own.port = String((server.address() as AddressInfo).port);
    const recorder = new SubjectRecorder(server, own.href.replace(/\/$/, ''));
    server.on('connection', (client) => recorder.join(client, connect(Number(port), hostname)));
    return recorder;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, bus: Socket): void {
    const reader = new ProtocolReader(this.subjects, this.strange);
    client.on('data', (chunk) => reader.read(chunk));
    client.pipe(bus);
    bus.pipe(client);
    for (const [one, other] of [
      [client, bus],
      [bus, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}

const lineEnd = Buffer.from('\r\n');

/** What a client says to nats-server: https://docs.nats.io/reference/reference-protocols/nats-protocol */
class ProtocolReader {
  private left = Buffer.alloc(0);
  private payloadBytes = 0;

  constructor(
    private readonly subjects: string[],
    private readonly strange: string[],
  ) {}

  read(chunk: Buffer): void {
    this.left = Buffer.concat([this.left, chunk]);
    while (this.readNext());
  }

  private readNext(): boolean {
    if (this.payloadBytes > 0) {
      if (this.left.length < this.payloadBytes) return false;
      this.left = this.left.subarray(this.payloadBytes);
      this.payloadBytes = 0;
      return true;
    }
    const end = this.left.indexOf(lineEnd);
    if (end === -1) return false;
    this.readLine(this.left.subarray(0, end).toString());
    this.left = this.left.subarray(end + 2);
    return true;
  }

  private readLine(line: string): void {
    const [verb = '', ...words] = line.split(/[ \t]+/);
    const isPublished = /^h?pub$/i.test(verb);
    if (isPublished) this.payloadBytes = Number(words.at(-1)) + lineEnd.length;
    if (isPublished || /^sub$/i.test(verb)) {
      const numbers = { PUB: 1, HPUB: 2, SUB: 1 }[verb.toUpperCase()] ?? 0;
      this.subjects.push(...words.slice(0, words.length - numbers));
      if (words.length > numbers + 2) this.strange.push(line);
    } else if (!/^(CONNECT|PING|PONG|UNSUB|)$/i.test(verb)) this.strange.push(line);
  }
}
