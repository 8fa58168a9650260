import { systemClock } from '@countersign/clock';
import { applicationKey, signRequest } from '@countersign/signing';
import type { Credentials } from '../../test/journeys/application.js';
import { mutate } from '../mutation.js';
import type { Random } from '../random.js';

/** What is sent on one connection, and how that ends. */
export interface Conversation {
  readonly kind: string;
  /** Written one after another, each when the one before has left. */
  readonly pieces: readonly Buffer[];
  /** `wait`: for the server to end it or to answer; `half-close`: says that nothing more will come; `reset`: is gone. */
  readonly ending: 'wait' | 'half-close' | 'reset';
}

interface Sketch {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
}

const users = '/demo/api/v1/users';
/** Nothing here changes what the checks between conversations look at. */
const sketches: readonly Sketch[] = [
  { method: 'GET', path: `${users}/jsmith` },
  { method: 'GET', path: users, query: '?username=jsmith&domain=CORP' },
  { method: 'PUT', path: `${users}/jsmith`, body: '{"properties":{"auxId1":"x"},"knowledgeBase":{}}' },
  { method: 'POST', path: `${users}/CORP/jsmith`, body: '{"properties":{"firstName":"x"}}' },
  { method: 'POST', path: users, body: '{"userId":"fuzz","password":"correct horse battery"}' },
  { method: 'POST', path: `${users}/nobody/changepwd`, body: '{"currentPassword":"x","newPassword":"correct horse"}' },
  { method: 'POST', path: `${users}/nobody/resetpwd`, body: '{"password":"correct horse battery"}' },
  { method: 'POST', path: `${users}/jsmith/groups`, body: '{"groupNames":["a","SharePoint Visitors"]}' },
  { method: 'POST', path: '/demo/api/v1/groups/Administrators/users', body: '{"userIds":["nobody"]}' },
  { method: 'DELETE', path: users, body: '{"user_id":"nobody","domain":""}' },
  { method: 'GET', path: '/healthz' },
  { method: 'GET', path: '/openapi.json' },
];
const pieces = [
  ...[
    'GET / HTTP/1.1\r\n',
    'Host: x\r\n',
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\r',
    'HTTP/1.1',
    'HTTP/2.0',
    'HTTP/0.9',
    ' ',
    '\t',
  ],
  ...[
    'Content-Length: ',
    'Content-Length: 0\r\n',
    'Content-Length: 18446744073709551616\r\n',
    'Content-Length: -1\r\n',
  ],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip\r\n',
    '0\r\n\r\n',
    '5\r\nabcde\r\n',
    'ffffffffffffffff\r\n',
  ],
  ...[
    'Expect: 100-continue\r\n',
    'Connection: close\r\n',
    'Connection: upgrade\r\nUpgrade: h2c\r\n',
    'Authorization: Basic ',
  ],
  ...[
    'X-SA-Ext-Date: ',
    'Content-Encoding: gzip\r\n',
    ': ',
    ':',
    '%',
    '%00',
    '/../',
    '//',
    '?username=',
    '\0',
    '\xff',
    '{',
    '[',
  ],
  ...[
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
    'CONNECT a:1 HTTP/1.1\r\n',
    'OPTIONS * HTTP/1.1\r\n',
  ],
].map((piece) => Buffer.from(piece, 'latin1'));

/** No two requests may be alike, and many are made in a millisecond. */
let lastMs = 0;

/** Makes up conversations: noise, requests that are spoilt, and spoilt requests that are signed all the same. */
export class Conversations {
  constructor(
    private readonly random: Random,
    private readonly credentials: Credentials,
  ) {}

  next(): Conversation {
    const count = this.random.below(4) === 0 ? 1 + this.random.below(6) : 1;
    const made = Array.from({ length: count }, () => this.message());
    const bytes = Buffer.concat(made.map((one) => one.bytes));
    const kind = made.map((one) => one.kind).join('+');
    const ending = this.random.pick(['wait', 'wait', 'wait', 'half-close', 'reset'] as const);
    return { kind: count > 2 ? `${count} messages` : kind, pieces: this.cut(bytes), ending };
  }

  private message(): { readonly kind: string; readonly bytes: Buffer } {
    const kind = this.random.pick([
      'noise',
      'spoilt',
      'spoilt',
      'signed',
      'signed',
      'signed',
      'whole',
      'chunked',
    ] as const);
    if (kind === 'noise') return { kind, bytes: this.spoil(this.random.pick(pieces)) };
    const sketch = this.random.pick(sketches);
    if (kind === 'whole') return { kind, bytes: this.written(sketch) };
    if (kind === 'spoilt') return { kind, bytes: this.spoil(this.written(sketch)) };
    if (kind === 'chunked') return { kind, bytes: this.spoil(chunked(this.written(sketch))) };
    return { kind, bytes: this.written(this.spoiltSketch(sketch)) };
  }

  /** Spoilt before it is signed, so that the signature holds and what is behind it is reached. */
  private spoiltSketch({ method, path, query, body }: Sketch): Sketch {
    const which = this.random.below(3);
    const text = (value: string) => this.spoil(Buffer.from(value)).toString('latin1');
    // what would end the request line is another kind of spoilt
    const inLine = (value: string) => text(value).replace(/[\s\0]/g, '+');
    return {
      method,
      path: which === 0 ? `/demo/api/v1${inLine(path.slice(12))}` : path,
      ...(query !== undefined && { query: which === 1 ? `?${inLine(query.slice(1))}` : query }),
      ...(body !== undefined && { body: which === 2 ? text(body) : body }),
    };
  }

  private written({ method, path, query = '', body }: Sketch): Buffer {
    lastMs = Math.max(lastMs + 1, systemClock.now() - 60_000);
    const bytes = body === undefined ? undefined : Buffer.from(body, 'latin1');
    const { applicationId, applicationKey: key } = this.credentials;
    const { authorization, dateHeader } = signRequest({
      method,
      path,
      body: bytes,
      applicationId,
      key: applicationKey(key),
      date: lastMs,
    });
    const head = [
      `${method} ${path}${query} HTTP/1.1`,
      'Host: gateway',
      `Authorization: ${authorization}`,
      `${dateHeader.name}: ${dateHeader.value}`,
      ...(bytes === undefined ? [] : [`Content-Length: ${bytes.length}`]),
    ];
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes ?? Buffer.alloc(0)]);
  }

  private spoil(bytes: Buffer): Buffer {
    return mutate(bytes, this.random, pieces, pieces).subarray(0, 64 * 1024);
  }

  /** At some places, rarely at every byte. */
  private cut(bytes: Buffer): Buffer[] {
    if (this.random.below(8) === 0 && bytes.length < 400) return Array.from(bytes, (byte) => Buffer.of(byte));
    const cuts = Array.from({ length: this.random.below(4) }, () => this.random.below(bytes.length + 1));
    const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
  }
}

/** The same request with its body in chunks. */
function chunked(request: Buffer): Buffer {
  const end = request.indexOf('\r\n\r\n') + 4;
  const head = request
    .subarray(0, end)
    .toString('latin1')
    .replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked');
  const body = request.subarray(end);
  const parts = [body.subarray(0, body.length >> 1), body.subarray(body.length >> 1)].filter(
    ({ length }) => length > 0,
  );
  const chunks = parts.map((part) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
  );
  return Buffer.concat([Buffer.from(head, 'latin1'), ...chunks, Buffer.from('0\r\n\r\n')]);
}
