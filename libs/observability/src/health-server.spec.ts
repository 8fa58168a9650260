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
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('countersign_things_total{kind="small",service="example"} 1');
  });
});
