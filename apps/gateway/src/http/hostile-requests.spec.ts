import { connect } from 'node:net';
import { claimRequest, showProfile, updateUser } from '@countersign/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest, userOf } from '../../testing/gateway-under-test.js';
import { openPaths } from './request-target.js';

const gateway = new GatewayUnderTest();
const base = '/demo/api/v1/users';

beforeAll(async () => {
  await gateway.open({ HEADERS_TIMEOUT_MS: '1000', REQUEST_TIMEOUT_MS: '1000' });
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
  gateway.services.on(updateUser, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
});
beforeEach(() => void gateway.services.asked.splice(0));
afterAll(async () => {
  await gateway.close();
  // Nothing that a client sends is a fault of ours.
  expect(gateway.faults).toEqual([]);
});

describe('signed bytes are routed bytes, or 400 (Authelia CVE-2021-32637, Nest CVE-2026-2293)', () => {
  it.each([
    `//demo/api/v1/users/jdoe`,
    `/demo//api/v1/users/jdoe`,
    `${base}//jdoe`,
    `${base}/./jdoe`,
    `${base}/x/../jdoe`,
    `${base}/%2e%2e/jdoe`,
    `${base}/a%00`,
    `${base}/%zz`,
    `${base}/%C3%28`,
    `${base}/a\\b`,
    `${base}/a|b`,
  ])('%s', async (path) => {
    const answer = await gateway.send({ path });
    if (path.startsWith('//')) {
      expect(answer.body).toContain('AppId is unknown.');
      return;
    }
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).status).toBe('invalid');
    expect(answer.signatureHolds).toBe(true);
    expect(gateway.services.effects()).toEqual([]);
    expect(gateway.services.asked.filter(({ operation }) => operation === claimRequest)).toHaveLength(1);
  });

  it.each([
    [`${base}/jane%20doe`, 'jane doe'],
    [`${base}/%6Adoe`, 'jdoe'],
    [`${base}/%2561`, '%61'],
    [`${base}/a%3Fb`, 'a?b'],
    [`${base}/CORP%5Cjdoe`, 'CORP\\jdoe'],
    [`${base}/jdoe;a=b`, 'jdoe;a=b'],
    [`${base}/HTTP%2Fweb.example.com`, 'HTTP/web.example.com'],
    [`${base}/..%2F..%2Fadmin`, '../../admin'],
    [`${base}/jdoe/`, 'jdoe'],
    [`${base}/*`, '*'],
    [`${base}/%3E`, '>'],
    [`${base}/a.b`, 'a.b'],
    [`${base}/${'%C3%A9'.repeat(256)}`, 'é'.repeat(256)],
    [`${base}/jdoe?username=other`, 'jdoe'],
  ])('%s names one user, and it is %s', async (path, userId) => {
    const answer = await gateway.send({ path });
    expect(answer.status).toBe(200);
    expect(gateway.services.effects().map(({ request }) => request.userId)).toEqual([userId]);
  });

  it('an id longer than any is an unknown user', async () => {
    const answer = await gateway.send({ path: `${base}/${'a'.repeat(257)}` });
    expect([answer.status, JSON.parse(answer.body).message]).toEqual([404, 'User Id was not found']);
    expect(gateway.services.effects()).toEqual([]);
  });

  it.each([
    [`${base}/jane%20doe`, `${base}/jane doe`],
    [`${base}/CORP%5Cjdoe`, `${base}/CORP\\jdoe`],
    [`${base}/A%20B/jane%20doe`, `${base}/A B/jane%20doe`],
  ])('a signature of the decoded path passes as the realm allows it (A.6): %s', async (path, signedPath) => {
    const answer = await gateway.send({ path, signedPath });
    expect(answer.status).toBe(200);
  });

  it('a signature for two segments is none for one with a slash in it', async () => {
    const answer = await gateway.send({ path: `${base}/CORP%2Fjdoe`, signedPath: `${base}/CORP/jdoe` });
    expect(answer.status).toBe(401);
  });

  it('absolute form is signed and routed by its path', async () => {
    const answer = await gateway.send({ path: `http://gateway${base}/jdoe`, signedPath: `${base}/jdoe` });
    expect(answer.status).toBe(200);
  });

  it('another version is another resource', async () => {
    expect((await gateway.send({ path: '/demo/api/v4/users/jdoe' })).status).toBe(404);
  });
});

describe('reserved first segments', () => {
  it.each([
    '/admin/api/v1/users/jdoe',
    '/api/api/v1/users/jdoe',
    '/healthz/x',
    '/metrics/../demo',
    '/docs/x',
    '/openapi.json/x',
    '/console',
    '/HEALTHZ',
    '/Api/api/v1/users/jdoe',
  ])('%s is not there, unsigned', async (path) => {
    const answer = await gateway.send({ path });
    expect(answer.status).toBe(404);
    expect(answer.body).toBe('{"status":"not_found","message":"The requested resource cannot be found."}');
    expect(answer.signatureHolds).toBeUndefined();
    expect(gateway.services.asked).toEqual([]);
  });
  it.each(['//', '/%68ealthz', '/healthz;x'])('%s is no open path', async (path) => {
    expect((await gateway.send({ path, unsigned: true })).body).toContain('Missing authentication header.');
  });
  it.each(['/healthz', '/healthz/', '/healthz?x=1', '/readyz', '/metrics', '/docs', '/openapi.json'])(
    '%s is open',
    async (path) => {
      expect((await gateway.send({ path, unsigned: true })).status).toBe(200);
    },
  );
  it.each(['POST', 'OPTIONS', 'TRACE', 'PURGE'])('%s is no method of theirs', async (method) => {
    const { status, headers } = await gateway.send({ path: '/healthz', method, unsigned: true });
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
  it.each([...openPaths])('HEAD %s is answered as GET is, without the body (RFC 9110 section 9.3.2)', async (path) => {
    const answers = [
      await gateway.send({ path, unsigned: true }),
      await gateway.send({ path, method: 'HEAD', unsigned: true }),
    ];
    const [got, asked] = answers.map(({ status, headers: { date: _, 'content-length': length, ...headers } }) => ({
      status,
      headers,
      length: path === '/metrics' ? undefined : length,
    }));
    expect(asked).toEqual(got);
    expect(answers[1]?.body).toBe('');
  });
  it('the root leads a browser to the description, and asks it for no password', async () => {
    const { status, headers } = await gateway.send({ path: '/', unsigned: true });
    expect([status, headers['location'], headers['www-authenticate']]).toEqual([302, '/docs', undefined]);
  });
});

describe('bodies', () => {
  const signedPut = (body: string, headers: readonly string[] = []) =>
    gateway.request({ path: `${base}/jdoe`, method: 'PUT', body, headers }).toString();

  it('in chunks, split anywhere, are the same body', async () => {
    const whole = signedPut('{"properties":{"firstName":"Zoë"}}');
    const [head = '', body = ''] = whole.split('\r\n\r\n');
    const chunks = [...Buffer.from(body)].map((byte) =>
      Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]),
    );
    const chunked = `${head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')}\r\n\r\n`;
    const answer = await gateway.sendBytes(Buffer.concat([Buffer.from(chunked), ...chunks, Buffer.from('0\r\n\r\n')]));
    expect(answer.status).toBe(200);
    expect(gateway.services.effects()[0]?.request.name).toEqual({ given: 'Zoë' });
  });

  it('Expect: 100-continue is answered before the body comes', async () => {
    const [head = '', body = ''] = signedPut('{}', ['Expect: 100-continue']).split('\r\n\r\n');
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      if (heard === '') socket.write(body);
      heard += chunk;
    });
    socket.write(`${head}\r\n\r\n`);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });

  it('of a GET are signed like any other, and mean nothing', async () => {
    const answer = await gateway.send({ path: `${base}/jdoe`, body: '{"a":1}' });
    expect(answer.status).toBe(200);
  });

  it.each(['', 'application/json', 'text/plain', 'garbage', ';;', 'application/json; charset=utf-16'])(
    'a content type of "%s" changes nothing',
    async (type) => {
      const answer = await gateway.send({
        path: `${base}/jdoe`,
        method: 'POST',
        body: '{}',
        headers: [`Content-Type: ${type}`],
      });
      expect(answer.status).toBe(200);
    },
  );

  it('a GET with a content type and no body, a PUT of zero bytes', async () => {
    const headers = ['Content-Type: application/json'];
    expect((await gateway.send({ path: `${base}/jdoe`, headers })).status).toBe(200);
    expect((await gateway.send({ path: `${base}/jdoe`, method: 'PUT', headers })).status).toBe(200);
    expect(
      (await gateway.send({ path: `${base}/jdoe`, method: 'PUT', headers: [...headers, 'Content-Length: 0'] })).status,
    ).toBe(200);
  });

  it('that are encoded are refused, not guessed at', async () => {
    const answer = await gateway.send({
      path: `${base}/jdoe`,
      method: 'PUT',
      body: '{}',
      headers: ['Content-Encoding: gzip'],
    });
    expect([answer.status, answer.signatureHolds]).toEqual([415, true]);
  });

  it('too large, announced or not, are 413, signed, without claim', async () => {
    const path = `${base}/jdoe`;
    const announced = await gateway.send({ path, method: 'PUT', body: ' '.repeat(262_145) });
    const [head = ''] = signedPut('{}').split('\r\n\r\n');
    const endless = `${head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')}\r\n\r\n40001\r\n${' '.repeat(0x40001)}\r\n0\r\n\r\n`;
    const unannounced = await gateway.sendBytes(endless);
    for (const answer of [announced, unannounced]) expect([answer.status, answer.signatureHolds]).toEqual([413, true]);
    expect(gateway.services.asked.filter(({ operation }) => operation === claimRequest)).toEqual([]);
  });

  it('exactly the limit is taken', async () => {
    const body = `{}${' '.repeat(262_142)}`;
    expect((await gateway.send({ path: `${base}/jdoe`, method: 'PUT', body })).status).toBe(200);
  });
});

describe('what is not a request we know never ends the process', () => {
  it.each([
    ['not HTTP', 'hello\r\n\r\n', 400],
    ['a raw byte in the target', `GET ${base}/zo\u00eb HTTP/1.1\r\nHost: x\r\n\r\n`, 400],
    ['two lengths', `POST ${base}/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    [
      'length and chunks',
      `POST ${base}/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
    ],
    [
      'a transfer coding that is not undone here (RFC 9112 section 6.1)',
      `POST ${base}/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      501,
    ],
    [
      'the same in two headers, and at an open path',
      'POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      501,
    ],
    ['chunked twice', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n', 400],
    ['a transfer coding that has no end', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['CONNECT', 'CONNECT host:443 HTTP/1.1\r\nHost: host:443\r\n\r\n', 405],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 401],
    [
      'an upgrade',
      `GET ${base}/x HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n`,
      401,
    ],
    ['HTTP/1.0', `GET ${base}/x HTTP/1.0\r\n\r\n`, 401],
    ['no host', `GET ${base}/x HTTP/1.1\r\nConnection: close\r\n\r\n`, 400],
    ['no host at an open path', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['two hosts (RFC 9112 section 3.2)', `GET ${base}/x HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`, 400],
    ['an unknown expectation', `GET ${base}/x HTTP/1.1\r\nHost: x\r\nExpect: y\r\nConnection: close\r\n\r\n`, 401],
  ])('%s', async (_name, bytes, status) => {
    const answer = await gateway.sendBytes(Buffer.from(bytes, 'latin1'));
    expect([answer.status, Object.keys(JSON.parse(answer.body))]).toEqual([status, ['status', 'message']]);
    expect((await gateway.send({ path: `${base}/jdoe` })).status).toBe(200);
  });

  it('headers that do not come to an end in time', async () => {
    const answer = await gateway.sendBytes('GET / HTTP/1.1\r\nHost: x\r\n');
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([408, 'invalid']);
  });

  it('requests that come all at once on one connection, in their order', async () => {
    const one = gateway
      .request({ path: `${base}/one` })
      .toString()
      .replace('Connection: close\r\n', '');
    const two = gateway.request({ path: `${base}/two` }).toString();
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.write(one + two);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard.match(/"userId":"\w+"/g)).toEqual(['"userId":"one"', '"userId":"two"']);
  });

  it('a client that goes away in the middle of its body', async () => {
    const bytes = gateway.request({ path: `${base}/jdoe`, method: 'PUT', body: '{"properties":{}}' });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await new Promise<void>((resolve) => socket.write(bytes.subarray(0, -5), () => resolve()));
    socket.resetAndDestroy();
    expect((await gateway.send({ path: `${base}/jdoe` })).status).toBe(200);
    expect(gateway.services.effects().filter(({ operation }) => operation === updateUser)).toEqual([]);
  });

  it('a client that goes away before its answer frees its place', async () => {
    let free = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      gateway.services.on(showProfile, async () => {
        resolve();
        await new Promise<void>((release) => {
          free = release;
        });
        return userOf('jdoe');
      });
    });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(gateway.request({ path: `${base}/jdoe` }));
    await entered;
    socket.resetAndDestroy();
    free();
    gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
    const deadline = Date.now() + 5_000;
    let text = '';
    do {
      await new Promise((resolve) => setImmediate(resolve));
      text = await gateway.metrics.text();
    } while (!/requests_under_way\{[^}]*\} 0\n/.test(text) && Date.now() < deadline);
    expect(text).toMatch(/requests_under_way\{[^}]*\} 0\n/);
  });
});
