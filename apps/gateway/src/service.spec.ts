import { judgeDate, Problem, reportRefusals } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../testing/gateway-under-test.js';

const replayed = { path: '/demo/api/v1/users/jdoe', method: 'PUT', body: '{}' };

describe('a gateway', () => {
  it('does not start on a port that is taken, and leaves nothing open', async () => {
    const first = await new GatewayUnderTest().open();
    const port = new URL(first.url).port;
    await expect(new GatewayUnderTest().open({ COUNTERSIGN_PORT: port })).rejects.toThrow(`port ${port} is taken`);
    await first.close();
  });

  it('reports what it refused before it stops', async () => {
    const gateway = await new GatewayUnderTest().open();
    gateway.services.on(reportRefusals, () => ({ recorded: 1 }));
    gateway.verdict = 'replayed';
    await gateway.send(replayed);
    await gateway.close();
    expect(gateway.services.asked.at(-1)?.request.refusals).toMatchObject([{ reason: 'replayed', count: 1 }]);
  });

  it('that stops says so first, and serves as before until balancers have had time to hear it', async () => {
    const gateway = await new GatewayUnderTest().open({ SHUTDOWN_NOTICE_MS: '1500' });
    const closing = gateway.close();
    const ready = await gateway.send({ path: '/readyz', unsigned: true });
    expect([ready.status, JSON.parse(ready.body).checks]).toEqual([503, { gateway: 'down' }]);
    gateway.verdict = 'replayed';
    expect((await gateway.send(replayed)).status).toBe(401);
    await closing;
    expect((await gateway.send({ path: '/readyz', unsigned: true })).status).toBeNaN();
  });

  it('closes once, however often it is told to', async () => {
    const gateway = await new GatewayUnderTest().open();
    await Promise.all([gateway.close(), gateway.close()]);
    await gateway.close();
  });

  it('is ready while it is on the bus and authentication would admit a request that is dated now', async () => {
    const readyOf = async (prepare: (gateway: GatewayUnderTest) => void) => {
      const gateway = await new GatewayUnderTest().open();
      prepare(gateway);
      const { status, body } = await gateway.send({ path: '/readyz', unsigned: true });
      await gateway.close();
      return [status, JSON.parse(body).checks];
    };
    expect(await readyOf(() => undefined)).toEqual([200, { bus: 'up', authentication: 'up' }]);
    expect(
      await readyOf((gateway) => {
        gateway.bus.isUp = () => false;
      }),
    ).toEqual([503, { bus: 'down', authentication: 'down' }]);
    expect(
      await readyOf((gateway) =>
        gateway.services.on(judgeDate, () => {
          throw new Problem('bus.unavailable');
        }),
      ),
    ).toEqual([503, { bus: 'up', authentication: 'down' }]);
    expect(await readyOf((gateway) => gateway.services.on(judgeDate, () => ({ isClaimable: false })))).toEqual([
      503,
      { bus: 'up', authentication: 'down' },
    ]);
  });
});
