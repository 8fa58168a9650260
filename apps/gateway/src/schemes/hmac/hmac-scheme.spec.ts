import {
  type ClaimVerdict,
  claimRequest,
  Problem,
  showCredential,
  showProfile,
  updateUser,
} from '@countersign/contracts';
import { applicationKey } from '@countersign/signing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applicationId, GatewayUnderTest, userOf } from '../../../testing/gateway-under-test.js';

const otherKeyHex = 'ab'.repeat(32);
const otherKey = applicationKey(otherKeyHex);
const path = '/demo/api/v1/users/jdoe';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const refusal = (message: string) => JSON.stringify({ status: 'invalid', message });

let gateway: GatewayUnderTest;
beforeEach(async () => {
  gateway = await new GatewayUnderTest().open();
  gateway.services.on(showProfile, ({ userId }) => userOf(String(userId)));
  gateway.services.on(updateUser, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
});
afterEach(() => gateway.close());

describe('secureauth A.4: the refusals, byte for byte', () => {
  const date = 'X-SA-Date: Sat, 21 Nov 2026 12:00:00 GMT';
  const unsigned: readonly [string, readonly string[], string][] = [
    ['1: no header', [date], 'Missing authentication header.'],
    ['2: another scheme', ['Authorization: Bearer x', date], 'Unknown authentication scheme.'],
    ['3: nothing behind the scheme', ['Authorization: Basic  ', date], 'Authentication header value is empty.'],
    ['4: not Base64', ['Authorization: Basic ?', date], "Authentication header value's format should be 'appId:hash'."],
    [
      '4: no colon',
      [`Authorization: ${basic('appId')}`, date],
      "Authentication header value's format should be 'appId:hash'.",
    ],
    [
      '4: two headers',
      [`Authorization: ${basic('a:b')}`, `Authorization: ${basic('a:b')}`],
      "Authentication header value's format should be 'appId:hash'.",
    ],
    ['5: not registered', [`Authorization: ${basic(`${'f'.repeat(32)}:x`)}`, date], 'AppId is unknown.'],
    ['5: no id at all', [`Authorization: ${basic('nobody:x')}`, date], 'AppId is unknown.'],
  ];
  it.each(unsigned)('%s, without a signature of ours', async (_name, headers, message) => {
    const answer = await gateway.send({ path, unsigned: true, headers });
    expect(answer.status).toBe(401);
    expect(answer.body).toBe(refusal(message));
    expect(answer.headers['www-authenticate']).toBe('Basic');
    expect(answer.signatureHolds).toBeUndefined();
  });

  const known = `Authorization: ${basic(`${applicationId}:${Buffer.alloc(32).toString('base64')}`)}`;
  const signed: readonly [string, readonly string[], string][] = [
    ['6: no date', [known], 'Clock skew of message is outside threshold.'],
    ['6: a date that is none', [known, 'X-SA-Date: yesterday'], 'Clock skew of message is outside threshold.'],
    ['6: two dates', [known, date, date], 'Clock skew of message is outside threshold.'],
    [
      '6: too old, whatever the hash',
      [known, 'X-SA-Date: Sat, 21 Nov 2026 11:54:59 GMT'],
      'Clock skew of message is outside threshold.',
    ],
    ['8: another MAC', [known, date], 'Invalid credentials.'],
    ['8: a hash that is no MAC', [`Authorization: ${basic(`${applicationId}:x`)}`, date], 'Invalid credentials.'],
  ];
  it.each(signed)('%s, signed, since the application is known', async (_name, headers, message) => {
    const answer = await gateway.send({ path, unsigned: true, headers });
    expect(answer.status).toBe(401);
    expect(answer.body).toBe(refusal(message));
    expect(answer.signatureHolds).toBe(true);
  });

  it('5: an application of another realm is unknown', async () => {
    const answer = await gateway.send({ path: '/other/api/v1/users/jdoe' });
    expect(answer.body).toBe(refusal('AppId is unknown.'));
    expect(answer.signatureHolds).toBeUndefined();
  });

  it('6: exactly the skew is fresh, a millisecond more is not', async () => {
    const start = gateway.clock.now();
    gateway.clock.set(start + 299_999);
    expect((await gateway.send({ path, date: start })).status).toBe(200);
    expect((await gateway.send({ path, date: start })).body).toBe(
      refusal('Clock skew of message is outside threshold.'),
    );
  });

  it('comes before routing, validation and parsing', async () => {
    for (const sent of [{ path: '/demo/nowhere' }, { path, method: 'DELETE' }, { path, method: 'POST', body: '{' }]) {
      const answer = await gateway.send({ ...sent, signer: otherKey });
      expect(answer.body).toBe(refusal('Invalid credentials.'));
    }
    expect(gateway.services.asked.filter(({ operation }) => operation !== showCredential)).toEqual([]);
  });

  it('a changed body behind a good header is refused before the claim', async () => {
    const bytes = gateway.request({ path, method: 'POST', body: '{"properties":{"firstName":"A"}}' });
    const answer = await gateway.sendBytes(bytes.toString().replace('"A"', '"B"'));
    expect(answer.body).toBe(refusal('Invalid credentials.'));
    expect(gateway.services.effects()).toEqual([]);
  });
});

describe('A.4 step 9: no claim, no effect', () => {
  const verdicts: readonly [ClaimVerdict, number, string][] = [
    ['replayed', 401, 'Authentication header has been seen before.'],
    ['stale', 401, 'Clock skew of message is outside threshold.'],
  ];
  it.each(verdicts)('%s is refused', async (verdict, status, message) => {
    gateway.verdict = verdict;
    for (const sent of [{ path }, { path, method: 'PUT', body: '{}' }]) {
      const answer = await gateway.send(sent);
      expect(answer.status).toBe(status);
      expect(answer.body).toBe(refusal(message));
      expect(answer.signatureHolds).toBe(true);
    }
    expect(gateway.services.effects().map(({ operation }) => operation)).toEqual([showProfile]);
  });

  const troubles: readonly [string, () => unknown][] = [
    ['the store recovers', () => ({ verdict: 'recovering' })],
    [
      'the store is down',
      () => {
        throw new Problem('store.unavailable');
      },
    ],
    [
      'nobody answers',
      () => {
        throw new Problem('bus.deadline');
      },
    ],
    ['the reply is broken', () => ({ verdict: 'maybe' })],
  ];
  it.each(troubles)('%s: 503, signed, and nothing is done', async (_name, claim) => {
    gateway.services.on(claimRequest, claim);
    for (const sent of [{ path }, { path, method: 'POST', body: '{}' }, { path: '/demo/nowhere' }]) {
      const answer = await gateway.send(sent);
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.body).status).toBe('server_error');
      expect(answer.headers['retry-after']).toMatch(/^[0-9]+$/);
      expect(answer.signatureHolds).toBe(true);
    }
    expect(gateway.services.effects().map(({ operation }) => operation)).toEqual([showProfile]);
  });

  it('a read is asked while the claim is under way, and its answer waits for the claim', async () => {
    const order: string[] = [];
    gateway.services.on(showProfile, () => {
      order.push('read');
      return userOf('jdoe');
    });
    gateway.services.on(claimRequest, async () => {
      while (!order.includes('read')) await new Promise((resolve) => setImmediate(resolve));
      order.push('claimed');
      return { verdict: 'replayed' };
    });
    const answer = await gateway.send({ path });
    expect(order).toEqual(['read', 'claimed']);
    expect(answer.body).toBe(refusal('Authentication header has been seen before.'));
  });

  it('a failed read does not outrun a lost claim either', async () => {
    gateway.verdict = 'replayed';
    gateway.services.on(showProfile, () => {
      throw new Problem('store.unavailable');
    });
    const answer = await gateway.send({ path });
    expect(answer.status).toBe(401);
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(answer.signatureHolds).toBe(true);
  });

  it('hands the claim key on as idempotency key, with actor and door', async () => {
    await gateway.send({ path, method: 'POST', body: '{}' });
    const [claim] = gateway.services.asked.filter(({ operation }) => operation === claimRequest);
    const [update] = gateway.services.effects();
    expect(update?.context.idempotencyKey).toBe(`${applicationId}:${claim?.request.mac}`);
    expect(update?.context.actor).toEqual({ kind: 'application', id: applicationId });
    expect(update?.context.via).toMatchObject({ applicationId, address: '127.0.0.1' });
  });
});

describe('keys change under a gateway', () => {
  const claimAgainst = (live: () => { version: number; keyVersions: readonly number[] }) => {
    gateway.services.on(claimRequest, ({ version, keyVersion }) => {
      if (version !== live().version) return { verdict: 'changed' };
      return { verdict: live().keyVersions.includes(Number(keyVersion)) ? 'won' : 'revoked' };
    });
  };
  beforeEach(() => gateway.send({ path }));

  it('changed: the credential is read again and the claim is made under its version', async () => {
    gateway.credential.version = 2;
    claimAgainst(() => ({ version: 2, keyVersions: [1] }));
    const answer = await gateway.send({ path });
    expect(answer.status).toBe(200);
    expect(answer.signatureHolds).toBe(true);
  });

  it('changed: a key that is gone is invalid', async () => {
    gateway.credential.version = 2;
    gateway.credential.keys = [{ keyVersion: 2, key: otherKeyHex }];
    claimAgainst(() => ({ version: 2, keyVersions: [2] }));
    const answer = await gateway.send({ path, method: 'POST', body: '{}' });
    expect(answer.body).toBe(refusal('Invalid credentials.'));
    expect(gateway.services.effects().filter(({ operation }) => operation === updateUser)).toEqual([]);
  });

  it('changed: what the application may do is judged anew, also for reads', async () => {
    gateway.credential.version = 2;
    gateway.credential.permissions = ['authentication'];
    claimAgainst(() => ({ version: 2, keyVersions: [1] }));
    const answer = await gateway.send({ path });
    expect(answer.status).toBe(403);
    expect(answer.signatureHolds).toBe(true);
  });

  it('changed for ever: 503, after three claims', async () => {
    gateway.services.on(claimRequest, () => ({ verdict: 'changed' }));
    const before = gateway.services.asked.length;
    const answer = await gateway.send({ path, method: 'POST', body: '{}' });
    expect(answer.status).toBe(503);
    expect(gateway.services.asked.slice(before).filter(({ operation }) => operation === claimRequest)).toHaveLength(3);
  });

  it.each([{ path }, { path, method: 'PUT', body: '{}' }])(
    'the first request under a new key is let in',
    async (sent) => {
      gateway.credential.version = 2;
      gateway.credential.keys = [{ keyVersion: 2, key: otherKeyHex }];
      claimAgainst(() => ({ version: 2, keyVersions: [2] }));
      expect((await gateway.send({ ...sent, signer: otherKey })).status).toBe(200);
    },
  );

  it('also while wrong signatures come in between, which cost a few reads together', async () => {
    const wrong = applicationKey('ef'.repeat(32));
    const before = gateway.services.asked.length;
    const flood = Array.from({ length: 100 }, () => gateway.send({ path, signer: wrong }));
    gateway.credential.version = 2;
    gateway.credential.keys = [{ keyVersion: 2, key: otherKeyHex }];
    claimAgainst(() => ({ version: 2, keyVersions: [2] }));
    expect((await gateway.send({ path, signer: otherKey })).status).toBe(200);
    for (const answer of await Promise.all(flood)) expect(answer.body).toBe(refusal('Invalid credentials.'));
    const reads = gateway.services.asked.slice(before).filter(({ operation }) => operation === showCredential);
    expect(reads.length).toBeLessThan(10);
  });

  it('a disabled application is unknown, also to a signature that does not hold', async () => {
    gateway.services.on(showCredential, () => {
      throw new Problem('application.disabled');
    });
    const answer = await gateway.send({ path, signer: otherKey });
    expect(answer.body).toBe(refusal('AppId is unknown.'));
    expect(answer.signatureHolds).toBeUndefined();
  });

  it('what cannot be read anew is 503, not invalid', async () => {
    gateway.services.on(showCredential, () => {
      throw new Problem('bus.unavailable');
    });
    expect((await gateway.send({ path, signer: otherKey })).status).toBe(503);
  });

  it('revoked: invalid if only the key is gone', async () => {
    gateway.services.on(claimRequest, () => ({ verdict: 'revoked' }));
    expect((await gateway.send({ path })).body).toBe(refusal('Invalid credentials.'));
  });

  it('revoked: unknown, and unsigned, if the application is disabled', async () => {
    gateway.services.on(claimRequest, () => ({ verdict: 'revoked' }));
    gateway.services.on(showCredential, () => {
      throw new Problem('application.disabled');
    });
    const answer = await gateway.send({ path });
    expect(answer.body).toBe(refusal('AppId is unknown.'));
    expect(answer.signatureHolds).toBeUndefined();
  });

  it('old and new key are valid together, and each is answered under itself', async () => {
    gateway.credential.version = 2;
    gateway.credential.keys = [
      { keyVersion: 1, key: gateway.credential.keys[0]?.key ?? '' },
      { keyVersion: 2, key: otherKeyHex },
    ];
    claimAgainst(() => ({ version: 2, keyVersions: [1, 2] }));
    expect((await gateway.send({ path })).signatureHolds).toBe(true);
    const answer = await gateway.send({ path, signer: otherKey });
    expect(answer.status).toBe(200);
    expect(answer.signatureHolds).toBe(false);
  });
});

describe('every answer to a known application is signed over the bytes that leave (contract B)', () => {
  it.each([
    ['found', { path }, 200],
    ['no such route', { path: '/demo/api/v1/nothing' }, 404],
    ['no such method', { path, method: 'DELETE', body: '{}' }, 405],
    ['HEAD', { path, method: 'HEAD' }, 200],
    ['HEAD of nothing', { path: '/demo/api/v1/nothing', method: 'HEAD' }, 404],
    ['malformed', { path, method: 'POST', body: '{' }, 400],
    ['too large', { path, method: 'POST', body: 'x'.repeat(262_145) }, 413],
    ['fault', { path: '/demo/api/v1/users/fault' }, 500],
  ] as const)('%s', async (_name, sent, status) => {
    gateway.services.on(showProfile, ({ userId }) => {
      if (userId === 'fault') throw new TypeError('secret internals');
      return userOf(String(userId));
    });
    const answer = await gateway.send(sent);
    expect(answer.status).toBe(status);
    expect(answer.signatureHolds).toBe(true);
    expect(answer.body).not.toContain('secret');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache, no-store',
      pragma: 'no-cache',
      expires: '-1',
      date: answer.headers['x-sa-date'],
    });
  });

  it('HEAD is signed as HEAD, and answered as GET without the body, over whose absence the answer is signed', async () => {
    const [got, asked] = [await gateway.send({ path }), await gateway.send({ path, method: 'HEAD' })];
    expect([asked.body, asked.headers['content-length']]).toEqual(['', String(Buffer.byteLength(got.body))]);
    expect(asked.signatureHolds).toBe(true);
    const ofGet = gateway.request({ path }).toString();
    expect((await gateway.sendBytes(ofGet.replace('GET', 'HEAD'))).status).toBe(401);
  });

  it.each(['OPTIONS', 'TRACE', 'PATCH', 'PROPFIND'])('%s is told which methods the path takes', async (method) => {
    const { status, headers } = await gateway.send({ path: '/demo/api/v1/users?username=jdoe', method });
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, PUT']);
  });

  it('a sane X-Request-ID is echoed, another is replaced', async () => {
    const sane = await gateway.send({ path, headers: ['X-Request-ID: order-17'] });
    expect(sane.headers['x-request-id']).toBe('order-17');
    const strange = await gateway.send({ path, headers: ['X-Request-ID: <script>'] });
    expect(strange.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('bounded work (guarantee G8)', () => {
  it('past the limit a verified request is refused at once, unclaimed, and can be sent again', async () => {
    await gateway.close();
    gateway = await new GatewayUnderTest().open({ REQUEST_CONCURRENCY_LIMIT: '1' });
    let free = (): void => undefined;
    let isEntered = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      isEntered = resolve;
    });
    gateway.services.on(updateUser, async () => {
      isEntered();
      await new Promise<void>((resolve) => {
        free = resolve;
      });
      return { id: '01900000-0000-7000-8000-000000000001' };
    });
    const first = gateway.send({ path, method: 'POST', body: '{}' });
    await entered;
    const second = gateway.request({ path, method: 'POST', body: '{}' });
    const refused = await gateway.sendBytes(second);
    expect([refused.status, refused.headers['retry-after'], refused.signatureHolds]).toEqual([503, '1', true]);
    free();
    expect((await first).status).toBe(200);
    const again = gateway.sendBytes(second);
    await new Promise((resolve) => setImmediate(resolve));
    gateway.services.on(updateUser, () => ({ id: '01900000-0000-7000-8000-000000000001' }));
    expect((await again).status).toBe(200);
  });

  it('strangers cost one question for an id, not one each', async () => {
    const header = `Authorization: ${basic(`${'e'.repeat(32)}:x`)}`;
    await Promise.all(Array.from({ length: 20 }, () => gateway.send({ path, unsigned: true, headers: [header] })));
    expect(gateway.services.asked.filter(({ operation }) => operation === showCredential)).toHaveLength(1);
  });

  it('an application that cannot be looked up is answered 503, unsigned', async () => {
    gateway.services.on(showCredential, () => {
      throw new Problem('bus.unavailable');
    });
    const answer = await gateway.send({ path });
    expect(answer.status).toBe(503);
    expect(answer.signatureHolds).toBeUndefined();
  });

  it('a stopping gateway begins nothing new and finishes what is under way', async () => {
    let isEntered = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      isEntered = resolve;
    });
    let free = (): void => undefined;
    gateway.services.on(updateUser, async () => {
      isEntered();
      await new Promise<void>((resolve) => {
        free = resolve;
      });
      return { id: '01900000-0000-7000-8000-000000000001' };
    });
    const underWay = gateway.send({ path, method: 'POST', body: '{}' });
    await entered;
    const closed = gateway.close();
    free();
    expect((await underWay).status).toBe(200);
    await closed;
    expect((await gateway.send({ path })).status).toBeNaN();
  });
});
