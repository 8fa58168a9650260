import { monotonicMs } from '@countersign/clock';
import { claimRequest, showProfile, updateUser } from '@countersign/contracts';
import type { AskContext } from '@countersign/messaging';
import { eventually } from '@countersign/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest, userOf } from '../../testing/gateway-under-test.js';

const path = '/demo/api/v1/users/jdoe';
const update = { path, method: 'PUT', body: '{}', isKeptAlive: true } as const;
const read = { path, isKeptAlive: true } as const;
const updated = { id: '01900000-0000-7000-8000-000000000001' };
/** More than both ends of a connection keep for a client that does not read. */
const large = 'x'.repeat(12 * 1024 * 1024);

/** An answer that is held back until it is let go. */
function heldBack<Reply>(reply: Reply): { readonly script: () => Promise<Reply>; readonly letGo: () => void } {
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return { script: () => released.then(() => reply), letGo };
}

let gateway: GatewayUnderTest;
async function open(environment: Readonly<Record<string, string>>): Promise<void> {
  gateway = await new GatewayUnderTest().open(environment);
  gateway.services.on(updateUser, () => updated);
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
}
afterEach(async () => {
  await gateway.close();
  // Nothing that a client does is a fault of ours.
  expect(gateway.faults).toEqual([]);
});

const underWay = () => gateway.metric('gateway_requests_under_way');
const answersLarge = () => gateway.services.on(showProfile, () => userOf('jdoe', { groups: [large] }));

describe('a place (guarantee G8)', () => {
  it('is free when the connection is gone, also of a request that waits behind another', async () => {
    // a leaked place would keep the gateway from closing for that long
    await open({ SHUTDOWN_GRACE_MS: '60000' });
    const { script, letGo } = heldBack(userOf('jdoe'));
    gateway.services.on(showProfile, script);
    const socket = gateway.connect();
    socket.write(Buffer.concat([gateway.request(read), gateway.request(read)]));
    await eventually(() => gateway.services.effects().length === 2);
    expect(await underWay()).toBe(2);
    socket.resetAndDestroy();
    await eventually(async () => (await underWay()) === 0);
    letGo();
    await gateway.close();
  });

  it('is free once, however many ways it ends', async () => {
    await open({});
    const { script, letGo } = heldBack(updated);
    gateway.services.on(updateUser, script);
    const gone = gateway.connect();
    gone.write(gateway.request(update));
    await eventually(async () => (await underWay()) === 1);
    gone.resetAndDestroy();
    await eventually(async () => (await underWay()) === 0);
    letGo();
    await gateway.send({ path, method: 'PUT', body: '{}' });
    expect(await underWay()).toBe(0);
  });

  it('is free when the answer is made: forty connections that pipeline and never read starve no other', async () => {
    await open({ REQUEST_CONCURRENCY_LIMIT: '4' });
    answersLarge();
    const sockets = Array.from({ length: 40 }, () => gateway.connect().pause());
    for (const socket of sockets) socket.write(Buffer.concat(Array.from({ length: 4 }, () => gateway.request(read))));
    await eventually(() => gateway.services.effects().length >= 4);
    gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
    await eventually(async () => (await gateway.send({ path })).status === 200);
    await eventually(async () => (await underWay()) === 0);
  }, 20_000);

  it('goes to a request that has not won its claim only while half of them are left', async () => {
    await open({ REQUEST_CONCURRENCY_LIMIT: '4' });
    const claims = () => gateway.services.asked.filter(({ operation }) => operation === claimRequest).length;
    const verdict = heldBack({ verdict: 'replayed' });
    gateway.services.on(claimRequest, verdict.script);
    const spent = [gateway.send({ path, method: 'PUT', body: '{}' }), gateway.send({ path })];
    await eventually(() => claims() === 2);
    expect((await gateway.send({ path })).status).toBe(503);
    expect(claims()).toBe(2);
    verdict.letGo();
    expect((await Promise.all(spent)).map(({ status }) => status)).toEqual([401, 401]);

    const work = heldBack(updated);
    gateway.services.on(claimRequest, () => ({ verdict: 'won' })).on(updateUser, work.script);
    const busy: Promise<unknown>[] = [];
    for (let won = 0; won < 4; won += 1) {
      busy.push(gateway.send({ path, method: 'PUT', body: '{}' }));
      await eventually(
        () => gateway.services.effects().filter(({ operation }) => operation === updateUser).length > won,
      );
    }
    expect((await gateway.send({ path })).status).toBe(503);
    work.letGo();
    expect(await Promise.all(busy)).toMatchObject(Array(4).fill({ status: 200 }));
  });
});

describe('requests that are pipelined (RFC 9112 section 9.3.2)', () => {
  const noUser = '/demo/api/v1/users/nobody';
  const settled = async () => {
    // A request on another connection overtakes what has not been begun.
    await gateway.send({ path: noUser });
    return gateway.services.effects().filter(({ request }) => request.userId === 'jdoe');
  };

  it('change one after another, and a read sees the changes before it', async () => {
    await open({});
    const first = heldBack(updated);
    const second = heldBack(updated);
    const scripts = [first.script, second.script];
    gateway.services.on(updateUser, () => scripts.shift()?.());
    const answers = gateway.pipeline([update, update, read, { ...read, isKeptAlive: false }]);
    await eventually(() => gateway.services.effects().length === 1);
    expect(await settled()).toHaveLength(1);
    first.letGo();
    await eventually(async () => (await settled()).length === 2);
    expect(await settled()).toHaveLength(2);
    second.letGo();
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await settled()).map(({ operation }) => operation)).toEqual([
      updateUser,
      updateUser,
      showProfile,
      showProfile,
    ]);
  });

  it('read side by side, and a change waits for the reads before it', async () => {
    await open({});
    const profile = heldBack(userOf('jdoe'));
    gateway.services.on(showProfile, ({ userId }) => (userId === 'jdoe' ? profile.script() : userOf(String(userId))));
    const answers = gateway.pipeline([read, { ...read, method: 'HEAD' }, { ...update, isKeptAlive: false }]);
    await eventually(async () => (await settled()).length === 2);
    expect(await settled()).toHaveLength(2);
    profile.letGo();
    await answers;
    expect(await settled()).toHaveLength(3);
  });

  it('wait no longer than one may take in all, and are then answered 503 in their order and never carried out', async () => {
    await open({ BUS_DEADLINE_MS: '100' });
    const { script, letGo } = heldBack(updated);
    const scripts = [script];
    gateway.services.on(updateUser, () => scripts.shift()?.() ?? updated);
    const answers = gateway.pipeline([update, update, update, { ...update, isKeptAlive: false }]);
    await eventually(async () => (await gateway.metric('gateway_answers_total')) === 3);
    letGo();
    expect((await answers).map(({ status, signatureHolds }) => [status, signatureHolds])).toEqual([
      [200, true],
      [503, true],
      [503, true],
      [503, true],
    ]);
    expect(await settled()).toHaveLength(1);
  });

  it('have for their claim and their service what the wait has left of their time', async () => {
    const wholeMs = 60_000;
    await open({ BUS_DEADLINE_MS: String(wholeMs), CLAIM_DEADLINE_MS: String(wholeMs) });
    const { script, letGo } = heldBack(updated);
    const leftMs: number[] = [];
    const note = ({ deadlineAt }: AskContext) => leftMs.push(deadlineAt - monotonicMs());
    const scripts = [script];
    gateway.services
      .on(claimRequest, (_request, context) => note(context) && { verdict: 'won' })
      .on(updateUser, (_request, context) => note(context) && (scripts.shift()?.() ?? updated));
    const answers = gateway.pipeline([update, { ...update, isKeptAlive: false }]);
    await eventually(() => gateway.services.effects().length === 1);
    const seenAt = monotonicMs();
    leftMs.splice(0);
    await gateway.metric('gateway_requests_under_way');
    const waitedMs = monotonicMs() - seenAt;
    letGo();
    await answers;
    expect(leftMs).toHaveLength(2);
    for (const left of leftMs) expect(left).toBeLessThanOrEqual(wholeMs - waitedMs);
  });

  it('are as old as they were when they came, however long they wait', async () => {
    await open({ CLOCK_SKEW_SECONDS: '300' });
    const { script, letGo } = heldBack(updated);
    gateway.services.on(updateUser, script);
    const answers = gateway.pipeline([update, { ...read, isKeptAlive: false }]);
    await eventually(() => gateway.services.effects().length === 1);
    gateway.clock.advance(301_000);
    letGo();
    expect((await answers).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('do not wait for one that was turned away', async () => {
    await open({});
    const answers = await gateway.pipeline([
      { ...update, unsigned: true },
      { ...update, path: '/demo/api/v1/nowhere' },
      { ...update, isKeptAlive: false },
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 200]);
  });
});

describe('a connection', () => {
  it('whose client does not read is destroyed', async () => {
    await open({ CONNECTION_LIMIT: '1', STALL_TIMEOUT_MS: '1000' });
    answersLarge();
    const socket = gateway.connect().pause();
    socket.write(Buffer.concat([gateway.request(read), gateway.request(read)]));
    await eventually(() => gateway.services.effects().length === 2);
    gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
    await eventually(async () => (await gateway.send({ path })).status === 200, { deadlineMs: 15_000 });
  }, 20_000);

  it('whose client has sent all and closed its half is answered what took effect, and then ends', async () => {
    await open({});
    const { script, letGo } = heldBack(updated);
    gateway.services.on(updateUser, script);
    const socket = gateway.connect();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end(Buffer.concat([gateway.request(update), gateway.request(read)]));
    await eventually(() => gateway.services.effects().length === 1);
    letGo();
    await closed;
    expect(String(Buffer.concat(chunks)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('whose client closes its half in the middle of a request ends, and nothing is done', async () => {
    await open({});
    const socket = gateway.connect();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume().end(gateway.request(update).subarray(0, -1));
    await closed;
    expect(gateway.services.effects()).toEqual([]);
  });

  it('that pipelines past the limit is answered up to there, and ends', async () => {
    await open({ PIPELINED_REQUESTS_LIMIT: '2' });
    const { script, letGo } = heldBack(updated);
    gateway.services.on(updateUser, script);
    const answers = gateway.pipeline(Array(4).fill(update));
    await eventually(() => gateway.services.effects().length === 1);
    letGo();
    const [first, second, refused, ...others] = await answers;
    expect([first?.status, second?.status]).toEqual([200, 200]);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
    expect(others).toEqual([]);
    expect(gateway.services.effects()).toHaveLength(2);
  });

  it('may send any number of requests one after another', async () => {
    await open({ PIPELINED_REQUESTS_LIMIT: '2' });
    const socket = gateway.connect();
    for (let sent = 1; sent <= 10; sent += 1) {
      const heard = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
      socket.write(gateway.request(read));
      expect(await heard).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  it('that ends in what cannot be read has the requests before it answered first, each by its own answer', async () => {
    await open({});
    const { script, letGo } = heldBack(updated);
    gateway.services.on(updateUser, script);
    const socket = gateway.connect();
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(Buffer.concat([gateway.request(update), gateway.request(update), Buffer.from('no request\r\n\r\n')]));
    await eventually(() => gateway.services.effects().length === 1);
    letGo();
    await closed;
    expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  });

  it('that ends in the middle of a body that cannot be read is told so, and nothing is done', async () => {
    await open({});
    const whole = gateway.request(update).toString();
    const broken = `${whole.replace('Content-Length: 2', 'Transfer-Encoding: chunked').replace(/\{\}$/, '')}zz\r\n`;
    const answer = await gateway.sendBytes(broken);
    expect([answer.status, gateway.services.effects()]).toEqual([400, []]);
  });

  it('that a refusal ends has no later request acted upon (RFC 9112 section 9.6)', async () => {
    await open({});
    const chunked = gateway.request({ ...update, headers: ['Transfer-Encoding: gzip, chunked'] }).toString();
    const bytes = chunked.replace('Content-Length: 2\r\n', '').replace('\r\n\r\n{}', '\r\n\r\n2\r\n{}\r\n0\r\n\r\n');
    const answer = await gateway.sendBytes(Buffer.concat([Buffer.from(bytes), gateway.request(update)]));
    expect(answer).toMatchObject({ status: 501, headers: { connection: 'close' } });
    expect(gateway.services.asked).toEqual([]);
  });
});
