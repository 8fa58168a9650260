import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest } from '../../../testing/gateway-under-test.js';
import { failuresOf } from '../../description/responses.js';
import type { Method } from '../../exchange/endpoint.js';
import { versions } from './declare-endpoint.js';
import { secureauth } from './dialect.js';
import { endpoints } from './endpoints.js';
import { problemAnswers } from './problem-answers.js';

const gateway = new GatewayUnderTest();
beforeAll(() => gateway.open());
afterAll(() => gateway.close());

const routes = endpoints.flatMap(({ name, routes: declared }) =>
  declared.flatMap(({ form, methods, path }) =>
    methods.map((method): [Method, string, string, string] => [method, path, form, name]),
  ),
);

describe('what is declared is what is routed', () => {
  it.each(routes)('%s %s, in the form %s, is %s in every version', async (method, path, form, name) => {
    for (const version of versions) {
      const names = { realm: 'demo', version, domain: 'CORP', userId: 'jdoe', group: 'admins' };
      const filled = path.replace(/\{(\w+)\}/g, (_, parameter: keyof typeof names) => names[parameter]);
      const before = await answersOf(name);
      const query = form === 'by-query' ? '?username=jdoe' : '';
      await gateway.send({ method, path: filled + query, body: '{"user_id":"jdoe"}' });
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
    const told = routes.map(([method, path, form]) => `${method} ${path} ${form === 'by-query'}`);
    expect(new Set(told).size).toBe(told.length);
  });
});

describe('what is answered to refusals', () => {
  it('is HTTP, for every problem that an endpoint can meet', () => {
    for (const { http } of Object.values(problemAnswers)) expect(http).toBeGreaterThanOrEqual(200);
  });

  it.each(endpoints.map((endpoint) => [endpoint.name, endpoint] as const))('%s: each once', (_name, endpoint) => {
    const told = failuresOf(secureauth, endpoint).map(({ answer: { http, example } }) =>
      JSON.stringify([http, example]),
    );
    expect(new Set(told).size).toBe(told.length);
  });
});

async function answersOf(name: string): Promise<number> {
  const lines = (await gateway.metrics.text()).split('\n').filter((line) => line.includes('gateway_answers_total{'));
  return lines
    .filter((line) => line.includes(`route="${name}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
