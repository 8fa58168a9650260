import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '@countersign/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HealthServer, type Readiness, startHealthServer } from './health-server.js';
import { Metrics } from './metrics.js';

let server: HealthServer | undefined;
afterEach(async () => server?.close());

async function start(checks: () => Readiness | Promise<Readiness>): Promise<HealthServer> {
  server = await startHealthServer({ host: '127.0.0.1', port: 0, metrics: new Metrics('example'), checks });
  return server;
}

describe('the health side of a service', () => {
  it('is alive whatever it needs', async () => {
    const { url } = await start(() => ({ database: 'down' }));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('is ready only when all that it needs is up, and says what is not', async () => {
    let database: 'up' | 'down' = 'down';
    const { url } = await start(() => ({ database, bus: 'up' }));
    const before = await fetch(`${url}/readyz`);
    expect(before.status).toBe(503);
    expect(await before.json()).toEqual({ status: 'not ready', checks: { database: 'down', bus: 'up' } });
    database = 'up';
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('answers HEAD as GET, without the body, and no other method', async () => {
    const { url } = await start(() => ({ database: 'down' }));
    for (const [path, status] of [
      ['/healthz', 200],
      ['/readyz', 503],
      ['/metrics', 200],
    ] as const) {
      const answer = await fetch(`${url}${path}`, { method: 'HEAD' });
      expect([path, answer.status, await answer.text()]).toEqual([path, status, '']);
    }
    const { status, headers } = await fetch(`${url}/healthz`, { method: 'POST' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers a client that has closed its half of the connection', async () => {
    let letGo = (): void => undefined;
    const { port } = await start(
      () =>
        new Promise((resolve) => {
          letGo = () => resolve({});
        }),
    );
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const heard = text(socket);
    socket.end('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'finish');
    await eventually(() => {
      letGo();
      return socket.bytesRead > 0;
    });
    expect(await heard).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('answers 500 without a reason when a check breaks', async () => {
    const { url } = await start(() => Promise.reject(new Error('password=hunter2')));
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('hunter2');
  });

  it('gives the metrics in the text form of Prometheus', async () => {
    const metrics = new Metrics('example');
    metrics.counter('things_total', 'things', ['kind']).inc({ kind: 'small' });
    server = await startHealthServer({ host: '127.0.0.1', port: 0, metrics, checks: () => ({}) });
    const shown = await (await fetch(`${server.url}/metrics`)).text();
    expect(shown).toContain('countersign_things_total{kind="small",service="example"} 1');
  });
});
