import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applicationKey } from './application-key.js';
import { parseAuthorization } from './authorization.js';
import { signResponse } from './response.js';
import { verifyRequest } from './verify-request.js';

const example = fileURLToPath(new URL('../../../examples/shell/request.sh', import.meta.url));
const applicationId = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const keyText = '000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000';
const key = applicationKey(keyText);
const date = 'Wed, 08 Apr 2015 21:37:33 GMT';
const answer = '{"status":"found","userId":"zoë"}';

/** All that the example may start; each is watched, and it finds no other. */
const programs = ['awk', 'cat', 'curl', 'cut', 'date', 'head', 'mktemp', 'openssl', 'rm', 'sed', 'tr'];
const places = (process.env['PATH'] ?? '').split(delimiter);
const shells = ['dash', 'bash'].filter((shell) => places.some((place) => existsSync(join(place, shell))));

let folder: string;
let server: Server;
let received: { verified: string | undefined; path: string | undefined; body: string };
let sent: string;

beforeEach(async () => {
  sent = answer;
  folder = mkdtempSync(join(tmpdir(), 'signing-'));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = '', url: path = '' } = request;
    const claimed = parseAuthorization(request.headers.authorization);
    const tolerances = { decodedPath: false, latin1Body: false };
    const signed = { method, date: String(request.headers['x-sa-ext-date']), path: path.split('?')[0] ?? '', body };
    const verified = claimed.refusal ?? verifyRequest({ ...signed, ...claimed, key, tolerances });
    received = { verified, path, body: body.toString() };
    response.setHeader('X-SA-DATE', date);
    response.setHeader('X-SA-SIGNATURE', signResponse({ date, applicationId, body: answer, key }));
    response.end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const demo = { baseUrl, realm: 'demo', applicationId, applicationKey: keyText };
  writeFileSync(join(folder, 'demo.json'), JSON.stringify(demo, undefined, 2));
  mkdirSync(join(folder, 'bin'));
  for (const program of programs) watch(program);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function watch(program: string): void {
  const place = places.find((candidate) => existsSync(join(candidate, program))) ?? '/usr/bin';
  const file = join(folder, 'bin', program);
  const log = join(folder, 'arguments');
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "${program} $*" >> '${log}'\nexec '${join(place, program)}' "$@"\n`);
  chmodSync(file, 0o755);
}

async function ask(shell: string, ...words: string[]) {
  const place = places.find((candidate) => existsSync(join(candidate, shell))) ?? '';
  const environment = { PATH: join(folder, 'bin'), COUNTERSIGN_DATA: folder };
  const child = spawn(join(place, shell), [example, ...words], { env: environment });
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

describe.each(shells)('the example for a shell, in %s', (shell) => {
  it.each([
    ['a read with a query', ['GET', '/demo/api/v1/users?username=zo%C3%AB'], ''],
    ['a body in UTF-8', ['PUT', '/demo/api/v1/users/jdoe'], '{"properties":{"auxId3":"zoë’s 100% \\\\ 王"}}'],
    ['a body that ends with a line feed', ['PUT', '/demo/api/v1/users/jdoe'], '{}\n'],
  ])('sends what verifies strictly: %s', async (_, words, body) => {
    const outcome = await ask(shell, ...words, ...(body === '' ? [] : [body]));
    expect(outcome).toEqual({ code: 0, stdout: `${answer}\n`, stderr: 'response signature holds\n' });
    expect(received).toEqual({ verified: 'strict', path: words[1], body });
  });

  it('does not believe an answer that was changed', async () => {
    sent = answer.replace('found', 'locked');
    expect(await ask(shell, 'GET', '/demo/x')).toMatchObject({ code: 5, stderr: 'response signature DOES NOT HOLD\n' });
  });

  it('gives the key to no program as an argument: every user of the machine can list those', async () => {
    await ask(shell, 'PUT', '/demo/api/v1/users/jdoe', '{}');
    const given = readFileSync(join(folder, 'arguments'), 'utf8');
    expect(given).toMatch(/^openssl dgst/m);
    expect(given).not.toContain(keyText);
    expect(given).not.toContain(keyText.slice(0, 16));
  });
});
