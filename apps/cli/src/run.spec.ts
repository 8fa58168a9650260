import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  applicationKey,
  formatSignedDate,
  parseAuthorization,
  signedDateOf,
  signResponse,
  verifyRequest,
} from '@countersign/signing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from './run.js';

const applicationId = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const keyHex = '000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000';
const key = applicationKey(keyHex);
const date = 'Sat, 21 Nov 2026 12:00:00 GMT';

interface Answer {
  readonly status: number;
  readonly body: string;
  /** What is signed instead of the body; nothing for an unsigned answer. */
  readonly signed?: string | undefined;
  /** How long ago it was signed. */
  readonly ageMs?: number;
  readonly requestId?: string;
}

let server: Server;
let url: string;
let folder: string;
let answer: Answer;
let seen: {
  method: string;
  path: string;
  body: string;
  headers: IncomingMessage['headers'];
  verified: string | undefined;
};

beforeAll(async () => {
  server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(join(folder, 'app.key'), keyHex, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const [method = '', path = ''] = [request.method, request.url];
  const claimed = parseAuthorization(request.headers.authorization);
  const mac = claimed.refusal === undefined ? claimed.mac : undefined;
  const tolerances = { decodedPath: false, latin1Body: false };
  const signedDate = signedDateOf(request.headers) ?? '';
  const [bare = ''] = path.split('?');
  const verified = verifyRequest({ method, date: signedDate, applicationId, path: bare, body, mac, key, tolerances });
  seen = { method, path, body: body.toString(), headers: request.headers, verified };
  const { status, signed, ageMs = 0, requestId } = answer;
  response.setHeader('Content-Type', 'application/json');
  if (requestId !== undefined) response.setHeader('X-Request-Id', requestId);
  if (signed !== undefined) {
    const signedAt = formatSignedDate(Date.now() - ageMs, 'second');
    response.setHeader('X-SA-DATE', signedAt);
    response.setHeader('X-SA-SIGNATURE', signResponse({ date: signedAt, applicationId, body: signed, key }));
  }
  response.writeHead(status).end(answer.body);
}

async function countersign(...typed: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await run({
    typed,
    environment: { XDG_CONFIG_HOME: join(folder, 'config') },
    workingFolder: folder,
    openStdin: () => new PassThrough(),
    isStdinTerminal: false,
    stdout,
    stderr,
  });
  return { exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
}

function textOf(stream: PassThrough): string {
  return (stream.read() as Buffer | null)?.toString() ?? '';
}

function asApplication(...typed: string[]) {
  return countersign(...typed, '--url', url, '--application', applicationId, '--key-file', join(folder, 'app.key'));
}

describe('countersign request', () => {
  const found = '{"status":"found","message":"","userId":"jdoe"}';

  it('signs, prints the answer byte for byte and says that its signature holds', async () => {
    answer = { status: 200, body: found, signed: found };
    const { exitCode, stdout, stderr } = await asApplication('request', 'GET', '/demo/api/v1/users/jdoe');
    expect(seen).toMatchObject({ method: 'GET', path: '/demo/api/v1/users/jdoe', verified: 'strict' });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: found,
      stderr: '200 OK · response signature holds\n',
    });
  });

  it('sends a body from a file as it is, the query unsigned, and further headers', async () => {
    answer = { status: 200, body: found, signed: found };
    writeFileSync(join(folder, 'body.json'), '{ "properties" : {} }\r\n');
    const body = `@${join(folder, 'body.json')}`;
    await asApplication(
      'request',
      'put',
      '/demo/api/v1/users?username=a%20b',
      '-d',
      body,
      '-H',
      'X-Request-ID: 7',
      '-H',
      'Accept-Language:de',
    );
    expect(seen).toMatchObject({
      method: 'PUT',
      path: '/demo/api/v1/users?username=a%20b',
      body: '{ "properties" : {} }\r\n',
      verified: 'strict',
    });
    expect(seen.headers).toMatchObject({ 'x-request-id': '7', 'accept-language': 'de' });
  });

  it('keeps an answer whose signature does not hold away from stdout', async () => {
    answer = { status: 200, body: found, signed: `${found} ` };
    const { exitCode, stdout, stderr } = await asApplication('request', 'GET', '/demo/api/v1/users/jdoe');
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(stderr).toContain('does NOT hold');
  });

  it('takes no old answer for one of this request', async () => {
    answer = { status: 200, body: found, signed: found, ageMs: 302_000 };
    const { exitCode, stdout, stderr } = await asApplication('request', 'GET', '/demo/api/v1/users/jdoe');
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(stderr).toContain('ANOTHER TIME');
    expect(stderr).toContain('an old answer was sent again, or the clocks differ');
  });

  it.each([['table'], ['json']])('lets no answer write to the terminal, with -o %s --verbose', async (format) => {
    const hostile = '\u009b2J\u009d0;owned';
    answer = { status: 200, body: `{"a":"${hostile}"}`, requestId: hostile };
    const { exitCode, stdout, stderr } = await asApplication('request', 'GET', '/demo/x', '-o', format, '--verbose');
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(stderr).toContain('\\u009b2J');
    expect(stderr).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('does not take an unsigned success for one', async () => {
    answer = { status: 200, body: found };
    expect(await asApplication('request', 'GET', '/demo/api/v1/users/jdoe')).toMatchObject({ exitCode: 5, stdout: '' });
  });

  it.each([
    [404, '{"status":"not_found"}', 3],
    [401, '{"status":"invalid"}', 4],
    [200, '{"status":"failed"}', 1],
    [503, '{"status":"server_error"}', 6],
  ])('ends a signed %i %s with %i and still prints it', async (status, body, exitCode) => {
    answer = { status, body, signed: body };
    expect(await asApplication('request', 'GET', '/demo/x')).toMatchObject({ exitCode, stdout: body });
  });

  it('tells a program of a refusal in JSON on stderr', async () => {
    answer = { status: 404, body: '{"status":"not_found"}', signed: '{"status":"not_found"}' };
    const { stderr } = await asApplication('request', 'GET', '/demo/x', '--json', '--quiet');
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'http.404', message: '404 Not Found' } });
  });

  it('blames the key when the refusal is signed with another', async () => {
    answer = { status: 401, body: '{"status":"invalid"}', signed: 'by another key' };
    const { exitCode, stderr } = await asApplication('request', 'GET', '/demo/x');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no longer');
  });

  it('ends with 6 when no gateway answers', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const flags = [
      '--url',
      `http://127.0.0.1:${port}`,
      '--application',
      applicationId,
      '--key-file',
      join(folder, 'app.key'),
    ];
    const { exitCode, stderr } = await countersign('request', 'GET', '/demo/x', ...flags);
    expect(exitCode).toBe(6);
    expect(stderr).toContain('npm start');
  });

  it('never shows the key, whatever it explains', async () => {
    answer = { status: 200, body: found, signed: found };
    const { stdout, stderr } = await asApplication('request', 'GET', '/demo/x', '--explain', '--verbose');
    expect(stderr).toContain('GET⏎');
    expect(stdout + stderr).not.toContain(keyHex);
  });

  it('with --curl prints and sends nothing', async () => {
    seen = { method: '', path: '', body: '', headers: {}, verified: undefined };
    const { stdout } = await asApplication('request', 'POST', '/demo/x', '-d', `{"a":"it's"}`, '--curl');
    expect(seen.method).toBe('');
    expect(stdout).toContain(`--data-binary '{"a":"it'\\''s"}'`);
  });

  it.each([
    [['GET', 'demo/x'], 'not a path'],
    [['GET', '//elsewhere/x'], 'not a path'],
    [['G T', '/demo/x'], 'not a method'],
    [['GET', '/demo/x', '-d', '{}'], 'no body'],
    [['GET', '/demo/x', '-H', 'novalue'], 'not name:value'],
  ])('refuses %j as usage', async (words, message) => {
    const { exitCode, stderr } = await asApplication('request', ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('countersign signature verify', () => {
  const path = '/demo/api/v1/users/jane%20doe';
  const signed = (over: string) => Buffer.from(`${applicationId}:${key.mac(over)}`).toString('base64');
  const verify = (over: string, ...more: string[]) =>
    asApplication(
      'signature',
      'verify',
      'GET',
      path,
      '--date',
      date,
      '--authorization',
      `Basic ${signed(over)}`,
      ...more,
    );

  it('says that a request signature holds', async () => {
    const { exitCode, stdout } = await verify(`GET\n${date}\n${applicationId}\n${path}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'the request signature holds\n' });
  });

  it.each([
    ['decoded path', `GET\n${date}\n${applicationId}\n/demo/api/v1/users/jane doe`],
    ['without the realm', `GET\n${date}\n${applicationId}\n/api/v1/users/jane%20doe`],
    ['lower case', `get\n${date}\n${applicationId}\n${path}`],
    ['line feed', `GET\n${date}\n${applicationId}\n${path}\n`],
  ])('finds the usual mistake: %s', async (mistake, over) => {
    const { exitCode, stderr } = await verify(over);
    expect(exitCode).toBe(5);
    expect(stderr).toContain(mistake);
  });

  it('says that the signature of an answer holds, and of another body that it does not', async () => {
    const signature = signResponse({ date, applicationId, body: '{"a":1}', key });
    const flags = ['signature', 'verify', '--date', date, '--signature', signature, '-d'];
    expect(await asApplication(...flags, '{"a":1}')).toMatchObject({ exitCode: 0 });
    expect(await asApplication(...flags, '{"a":2}')).toMatchObject({ exitCode: 5 });
  });
});

describe('countersign context', () => {
  it('stores, lists, chooses, shows without the password, and removes', async () => {
    writeFileSync(join(folder, 'nats'), 'nats://operator:hunter22@bus:4222\n');
    const added = await countersign(
      'context',
      'add',
      'one',
      '--url',
      'http://one',
      '--nats-url-file',
      join(folder, 'nats'),
    );
    expect(added).toMatchObject({ exitCode: 0 });
    const file = join(folder, 'config', 'countersign', 'context', 'one.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('hunter22');
    expect(await countersign('context', 'use', 'one')).toMatchObject({ exitCode: 0 });
    const shown = await countersign('context', 'show', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ url: 'http://one', natsUrl: 'nats://operator:***@bus:4222' });
    expect((await countersign('context', 'list', '-o', 'name')).stdout).toBe('one\n');
    expect(await countersign('context', 'remove', 'one')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('hint: to consent, add --yes'),
    });
    expect(await countersign('context', 'remove', 'one', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await countersign('context', 'list', '--json')).toMatchObject({ stdout: '[]\n' });
    expect(await countersign('context', 'list')).toMatchObject({ stdout: '', stderr: 'no contexts\n' });
  });

  it('does not replace one that is there unless told so', async () => {
    await countersign('context', 'add', 'one', '--url', 'http://one', '--realm', 'staff');
    expect(await countersign('context', 'add', 'one', '--url', 'http://two')).toMatchObject({ exitCode: 1 });
    const replaced = await countersign('context', 'add', 'one', '--url', 'http://two', '--yes', '--json');
    expect(JSON.parse(replaced.stdout)).toMatchObject({ url: 'http://two', realm: 'staff' });
  });
});

describe('a file that cannot be used', () => {
  it.each([
    [['user', 'import', 'nowhere.csv'], 'nowhere.csv cannot be read: it or its folder does not exist (ENOENT)'],
    [['user', 'import', 'folder.csv'], 'folder.csv cannot be read: it is a folder, expected a file (EISDIR)'],
    [['request', 'PUT', '/demo/x', '-d', '@nowhere.json'], 'nowhere.json cannot be used: it or its folder'],
    [['realm', 'set', 'demo', '--settings', '@nowhere.json'], 'nowhere.json cannot be used: it or its folder'],
  ])('is named, with the reason, by %j', async (words, message) => {
    mkdirSync(join(folder, 'folder.csv'));
    const inFolder = words.map((word) => word.replace(/(?=(?:nowhere|folder|app\.key)\b)/, `${folder}/`));
    const { exitCode, stderr } = await asApplication(...inFolder, '--realm', 'demo');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining(`error: ${folder}/${message}`),
    });
  });
});

describe('a dry run', () => {
  it('checks and shows what would be asked, without a bus', async () => {
    const { exitCode, stdout } = await countersign('realm', 'create', 'staff', '--profile', 'strict', '--dry-run');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      subject: 'countersign.v1.authentication.realm.create',
      request: { realm: 'staff', profile: 'strict' },
    });
  });
});
