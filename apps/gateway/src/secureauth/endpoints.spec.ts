import { problems } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../../testing/gateway-under-test.js';
import type { Form, Method } from './endpoint.js';
import { endpoints } from './endpoints.js';
import { failuresEverywhere, failuresOf } from './failures.js';
import { problemAnswers } from './problem-status.js';
import { versions } from './versions.js';

const gateway = new GatewayUnderTest();
beforeAll(() => gateway.open());
afterAll(() => gateway.close());

const routes = endpoints.flatMap(({ name, routes: declared }) =>
  declared.flatMap(({ form, methods, path }) =>
    methods.map((method): [Method, string, Form, string] => [method, path, form, name]),
  ),
);

describe('what is declared is what is routed', () => {
  it.each(routes)('%s %s, in the form %s, is %s in every version', async (method, path, form, name) => {
    for (const version of versions) {
      const filled = path.replace('{domain}', 'CORP').replace('{userId}', 'jdoe').replace('{group}', 'admins');
      const before = await answersOf(name);
      const query = form === 'query' ? '?username=jdoe' : '';
      await gateway.send({ method, path: `/demo/api/${version}${filled}${query}`, body: '{"user_id":"jdoe"}' });
      expect([version, await answersOf(name)]).toEqual([version, before + 1]);
    }
  });

  it('nothing else is: a label of the metrics is a declared name, or none', async () => {
    await gateway.send({ path: '/demo/api/v1/nothing' });
    const labels = [...(await gateway.metrics.text()).matchAll(/gateway_answers_total\{[^}]*route="([^"]*)"/g)];
    const names = new Set(labels.map(([, label]) => label));
    expect([...names].sort()).toEqual([...endpoints.map(({ name }) => name), 'none'].sort());
  });

  it('each path and method is one endpoint', () => {
    const told = routes.map(([method, path, form]) => `${method} ${path} ${form === 'query'}`);
    expect(new Set(told).size).toBe(told.length);
  });

  it('the forms of an endpoint differ in the number of their segments, by which they are read', () => {
    for (const { name, routes: declared } of endpoints) {
      const counts = declared.map(({ path }) => path.split('/').length);
      expect([name, new Set(counts).size]).toEqual([name, counts.length]);
    }
  });
});

describe('what is said of failures', () => {
  it('every problem has an answer, with a code of HTTP', () => {
    expect(Object.keys(problemAnswers).sort()).toEqual(Object.keys(problems).sort());
    for (const { http } of Object.values(problemAnswers)) expect(http).toBeGreaterThanOrEqual(200);
  });

  it.each(endpoints.map((endpoint) => [endpoint.name, endpoint] as const))('%s: each once', (_name, endpoint) => {
    const failures = [...failuresOf(endpoint), ...failuresEverywhere];
    expect(failures.every(({ status, message }) => typeof status === 'string' && typeof message === 'string')).toBe(
      true,
    );
    const told = failuresOf(endpoint).map(({ http, status, message }) => `${http} ${status} ${message}`);
    expect(new Set(told).size).toBe(told.length);
  });
});

async function answersOf(name: string): Promise<number> {
  const lines = (await gateway.metrics.text()).split('\n').filter((line) => line.includes('gateway_answers_total{'));
  return lines
    .filter((line) => line.includes(`route="${name}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
