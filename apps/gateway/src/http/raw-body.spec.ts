import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { updateUser } from '@countersign/contracts';
import { eventually } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../../testing/gateway-under-test.js';
import { BodyBudget } from './body-budget.js';
import { RawBody, readRawBody } from './raw-body.js';

const MIB = 1024 * 1024;

describe('the memory of a body', () => {
  /** Sends the bytes one by one, each in the same chunk: whoever keeps a chunk keeps what it holds in the end. */
  const readByteByByte = async (bytes: Buffer, headers: Readonly<Record<string, string>>, budget: BodyBudget) => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request.headers, headers);
    const body = readRawBody(request, MIB, budget);
    const chunk = Buffer.alloc(1);
    let most = 0;
    for (const byte of bytes) {
      chunk[0] = byte;
      request.emit('data', chunk);
      most = Math.max(most, budget.takenBytes);
    }
    request.emit('end');
    return { body: await body, most };
  };
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

  it.each([
    ['as long as announced, no more', { 'content-length': '100000' }, 100_000],
    ['unannounced, less than twice its length', { 'transfer-encoding': 'chunked' }, 131_072],
  ])('in chunks of a byte is one buffer: %s', async (_name, headers, capacity) => {
    const { body, most } = await readByteByByte(bytes, headers, new BodyBudget(MIB));
    if (!(body instanceof RawBody)) throw new Error(body);
    expect(body.bytes.equals(bytes)).toBe(true);
    expect(body.bytes.buffer.byteLength).toBe(capacity);
    expect(most).toBe(capacity - 4_096);
  });

  it('that is short is not taken from the pool, where it would keep a whole slab', async () => {
    const { body } = await readByteByByte(bytes.subarray(0, 10), { 'content-length': '10' }, new BodyBudget(MIB));
    expect(body instanceof RawBody && body.bytes.buffer.byteLength).toBe(10);
  });

  it('is taken as it comes, not as it is announced, and given back once', () => {
    const budget = new BodyBudget(MIB);
    const body = new RawBody(budget, MIB);
    body.append(Buffer.alloc(4_096));
    expect(budget.takenBytes).toBe(0);
    body.append(Buffer.alloc(1));
    expect(budget.takenBytes).toBe(4_096);
    body.release();
    body.release();
    expect(budget.takenBytes).toBe(0);
  });

  it.each([
    ['too-large', 10, MIB],
    ['overloaded', MIB, 10],
  ] as const)('that is %s keeps nothing of what has come and takes nothing more', (fault, ceiling, limit) => {
    const budget = new BodyBudget(limit);
    const body = new RawBody(budget, ceiling);
    expect(body.append(Buffer.alloc(8_192))).toBe(fault);
    expect(body.append(Buffer.alloc(1))).toBe(fault);
    expect([body.bytes.buffer.byteLength, budget.takenBytes]).toEqual([0, 0]);
  });
});

describe('the memory of all bodies that are not verified yet (guarantee G8)', () => {
  const path = '/demo/api/v1/users/jdoe';
  const unverified = () => gateway.metric('gateway_unverified_body_bytes');
  const update = (length: number) =>
    gateway.request({ path, method: 'PUT', body: '{}'.padEnd(length), isKeptAlive: true });
  let gateway: GatewayUnderTest;
  beforeEach(async () => {
    gateway = await new GatewayUnderTest().open({
      REQUEST_BODY_LIMIT_BYTES: '65536',
      REQUEST_BODY_BUDGET_BYTES: '65536',
    });
    gateway.services.on(updateUser, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
  });
  afterEach(() => gateway.close());

  it('past the budget another is refused at once, while what is small is served', async () => {
    const slow = gateway.connect();
    slow.write(update(65_536).subarray(0, -1));
    await eventually(async () => (await unverified()) === 61_440);

    const refused = gateway.connect();
    const heard = new Promise<string>((resolve) => refused.once('data', (chunk) => resolve(String(chunk))));
    refused.write(update(20_000).subarray(0, -1));
    expect(await heard).toMatch(/^HTTP\/1\.1 503 .*\r\nretry-after: 1\r\n.*"The service is overloaded\."/s);
    refused.destroy();
    expect((await gateway.send({ path, method: 'PUT', body: '{}' })).status).toBe(200);

    slow.resetAndDestroy();
    await eventually(async () => (await unverified()) === 0);
    expect((await gateway.send({ path, method: 'PUT', body: '{}'.padEnd(20_000) })).status).toBe(200);
  });

  it('counts no body that is verified or refused', async () => {
    let whileHandled: Promise<number> | undefined;
    gateway.services.on(updateUser, async () => {
      whileHandled = unverified();
      await whileHandled;
      return { id: '01900000-0000-7000-8000-000000000001' };
    });
    await gateway.send({ path, method: 'PUT', body: '{}'.padEnd(50_000) });
    expect(await whileHandled).toBe(0);
    const forged = gateway.request({ path, method: 'PUT', body: '{}'.padEnd(50_000) }).toString();
    const answer = await gateway.sendBytes(forged.replace(/ $/, 'x'));
    expect([answer.status, await unverified()]).toEqual([401, 0]);
  });
});
