import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applicationKey } from './application-key.js';
import { parseAuthorization } from './authorization.js';
import { signResponse } from './response.js';
import { formatSignedDate } from './signed-date.js';
import { verifyRequest } from './verify-request.js';

interface Vectors {
  readonly applicationId: string;
  readonly applicationKey: string;
  readonly requests: readonly {
    readonly name: string;
    readonly method: string;
    readonly date: string;
    readonly path: string;
    readonly target?: string;
    readonly body?: string;
    readonly c: string;
  }[];
  readonly responses: readonly {
    readonly name: string;
    readonly date: string;
    readonly body: string;
    readonly signature: string;
  }[];
}
const vectors = JSON.parse(readFileSync(new URL('./signing.vectors.json', import.meta.url), 'utf8')) as Vectors;
const { applicationId } = vectors;
const key = applicationKey(vectors.applicationKey);

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
const isHere = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((place) => existsSync(join(place, program)));
const goFile = join(examples, 'go', 'request.go');

let folder: string;
let server: Server;
let received: { readonly verified: string; readonly path: string; readonly body: string; readonly date: string }[];
/** What the server answers, the last one for ever. */
let answers: ((request: IncomingMessage, response: ServerResponse) => void)[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  received = [];
  answers = [signed('{"status":"found","userId":"zoë"}')];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = '', url: path = '' } = request;
    const date = String(request.headers['x-sa-ext-date']);
    const claimed = parseAuthorization(request.headers.authorization);
    const tolerances = { decodedPath: false, latin1Body: false };
    const parts = { method, date, path: path.split('?')[0] ?? '', body };
    const verified = claimed.refusal ?? verifyRequest({ ...parts, ...claimed, key, tolerances }) ?? 'not verified';
    received.push({ verified, path, body: body.toString(), date });
    (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const demo = { baseUrl, realm: 'demo', applicationId, applicationKey: vectors.applicationKey };
  writeFileSync(join(folder, 'demo.json'), JSON.stringify(demo, undefined, 2));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function signed(body: string, { date = formatSignedDate(Date.now(), 'second'), status = 200, sent = body } = {}) {
  return (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, {
      'X-SA-DATE': date,
      'X-SA-SIGNATURE': signResponse({ date, applicationId, body, key }),
      'Retry-After': '0',
    });
    response.end(sent);
  };
}

async function run(command: readonly string[], ...words: string[]) {
  const { PATH, HOME } = process.env;
  const child = spawn(command[0] ?? '', [...command.slice(1), ...words], {
    env: { PATH, HOME, COUNTERSIGN_DATA: folder },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

interface Language {
  readonly name: string;
  readonly file: string;
  readonly command: () => readonly string[];
  /** Encodes what cannot stand on a request line. */
  readonly encodes: boolean;
  readonly checksDate: boolean;
  readonly retries: boolean;
}
const sh = { name: 'a shell', file: join(examples, 'shell', 'request.sh') };
const typescript = { name: 'TypeScript', file: join(examples, 'typescript', 'request.mjs') };
const python = { name: 'Python', file: join(examples, 'python', 'request.py') };
const all = { encodes: true, checksDate: true, retries: true };
const languages: readonly Language[] = [
  { ...sh, ...all, command: () => ['sh', sh.file], encodes: false, checksDate: false, retries: false },
  { ...typescript, ...all, command: () => [process.execPath, typescript.file], retries: false },
  ...(isHere('python3') ? [{ ...python, ...all, command: () => ['python3', python.file] }] : []),
  ...(isHere('go') ? [{ name: 'Go', file: goFile, ...all, command: () => [join(folder, 'request')] }] : []),
];

/** A rule that some examples leave to whoever runs them. */
const when = (applies: boolean) => (applies ? it : () => undefined);

describe.each(languages)('the example for $name', ({ file, command, encodes, checksDate, retries }) => {
  beforeAll(() => {
    if (file !== goFile) return;
    const { status, stderr } = spawnSync('go', ['build', '-o', join(folder, 'request'), goFile], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }, 180_000);

  it.each(vectors.requests)('signs as the contract, byte for byte: $name', async (vector) => {
    const { date, method, body } = vector;
    const words = ['--date', date, method, vector.target ?? vector.path, ...(body === undefined ? [] : [body])];
    const header = `Basic ${Buffer.from(`${applicationId}:${vector.c}`).toString('base64')}`;
    expect(await run(command(), ...words)).toEqual({ code: 0, stdout: `${header}\n`, stderr: '' });
    expect(received).toEqual([]);
  });

  it.each([
    ['a query, which is not signed', 'GET', '/demo/api/v1/users?username=zo%C3%AB', ''],
    ['a path with spaces', 'POST', '/demo/api/v1/users/jdoe/groups/Sharepoint%20Visitors', ''],
    ['a path beyond ASCII', 'PUT', '/demo/api/v1/users/zo%C3%AB%2F%E7%8E%8B', '{}'],
    ['a body beyond ASCII', 'PUT', '/demo/api/v1/users/jdoe', '{"auxId3":"zoë’s 100% \\\\ 王😀"}'],
    ['a body that ends with a line feed', 'PUT', '/demo/api/v1/users/jdoe', '{}\n'],
    ['no body in a PUT', 'PUT', '/demo/api/v1/users/jdoe/throttle', ''],
  ])('sends what verifies strictly: %s', async (_, method, path, body) => {
    const { code, stdout, stderr } = await run(command(), method, path, ...(body === '' ? [] : [body]));
    expect([code, stderr]).toEqual([0, 'response signature holds\n']);
    expect(stdout).toContain('{"status":"found","userId":"zoë"}\n');
    expect(received).toEqual([{ verified: 'strict', path, body, date: expect.stringMatching(/\.[0-9]{3} GMT$/) }]);
  });

  when(encodes)('encodes a path that is not, and signs what it sends', async () => {
    expect((await run(command(), 'GET', '/demo/api/v1/users/zoë koë')).code).toBe(0);
    expect(received).toMatchObject([{ verified: 'strict', path: '/demo/api/v1/users/zo%C3%AB%20ko%C3%AB' }]);
  });

  it.each(vectors.responses)('believes an answer that is signed as in the contract: $name', async (vector) => {
    answers = [signed(vector.body, checksDate ? {} : { date: vector.date })];
    const { code, stdout } = await run(command(), 'GET', '/demo/x');
    expect(code).toBe(0);
    expect(stdout).toContain(`${vector.body}\n`);
  });

  it('does not believe an answer that was changed, nor one that is not signed', async () => {
    answers = [signed('{"status":"found"}', { sent: '{"status":"locked"}' })];
    expect(await run(command(), 'GET', '/demo/x')).toMatchObject({
      code: 5,
      stderr: 'response signature DOES NOT HOLD\n',
    });
    answers = [(__, response) => response.end('{"status":"found"}')];
    expect(await run(command(), 'GET', '/demo/x')).toMatchObject({
      code: 5,
      stderr: 'response signature DOES NOT HOLD\n',
    });
  });

  when(checksDate)('does not believe an old answer, whose signature holds', async () => {
    for (const { body, date } of vectors.responses.slice(0, 1)) {
      answers = [signed(body, { date })];
      expect(await run(command(), 'GET', '/demo/x')).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/^response /),
      });
    }
  });

  when(retries)('signs anew when it tries again, after 503 and after no answer', async () => {
    const fine = signed('{"status":"success","message":""}');
    answers = [signed('{"status":"server_error"}', { status: 503 }), (request) => request.socket.destroy(), fine];
    const { code, stderr } = await run(command(), 'PUT', '/demo/api/v1/users/jdoe', '{"auxId3":"ë"}');
    expect([code, stderr]).toEqual([0, 'response signature holds\n']);
    expect(received.map(({ verified, body }) => [verified, body])).toEqual(Array(3).fill(['strict', '{"auxId3":"ë"}']));
    expect(new Set(received.map(({ date }) => date)).size).toBe(3);
  });

  it('is short enough to be read at once', () => {
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(100);
  });
});

for (const program of ['python3', 'go'].filter((program) => !isHere(program)))
  it.skip(`the example that ${program} runs: ${program} is not installed`, () => undefined);

describe('the example for Go, without a compiler', () => {
  const text = readFileSync(goFile, 'utf8');

  it('names what the vectors hold: key in hex, standard base64, line feeds, milliseconds', () => {
    const parts = ['hex.DecodeString(a.ApplicationKey)', 'strings.Join(lines, "\\n")', 'base64.StdEncoding'];
    for (const part of parts) expect(text).toContain(part);
    // Go writes a layout as its reference time would be written
    const layout = /"(?<layout>Mon, [^"]+)"/.exec(text)?.groups?.['layout'];
    expect(layout).toBe(formatSignedDate(Date.UTC(2006, 0, 2, 15, 4, 5), 'millisecond'));
  });

  it('compares in constant time, and leaves no second sending to the transport', () => {
    expect(text).toContain('hmac.Equal(');
    expect(text).toContain('DisableKeepAlives: true');
  });
});
