import { Problem, problems, showProfile } from '@countersign/contracts';
import { requestRefusalMessages } from '@countersign/signing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayUnderTest, userOf } from '../../testing/gateway-under-test.js';

const gateway = new GatewayUnderTest();
beforeAll(async () => {
  await gateway.open();
  gateway.services.on(showProfile, ({ userId }) => {
    if (userId === 'nobody') throw new Problem('user.unknown');
    return userOf(String(userId));
  });
});
afterAll(() => gateway.close());

/** Values of a label over all series of a metric. */
async function valuesOf(metric: string, label: string): Promise<ReadonlySet<string>> {
  const series = new RegExp(`^countersign_${metric}\\{[^}]*\\b${label}="([^"]*)"`, 'gm');
  return new Set([...(await gateway.metrics.text()).matchAll(series)].map(([, value]) => value ?? ''));
}

describe('metrics of a gateway', () => {
  it('tell what became of a request', async () => {
    await gateway.send({ path: '/demo/api/v1/users/jdoe' });
    await gateway.send({ path: '/demo/api/v1/users/nobody' });
    await gateway.send({ path: '/demo/api/v1/nothing' });
    const text = await gateway.metrics.text();
    expect(text).toContain('gateway_answers_total{route="users.show",status="200",outcome="ok",service="gateway"} 1');
    expect(text).toContain(
      'gateway_answers_total{route="users.show",status="404",outcome="user.unknown",service="gateway"} 1',
    );
    expect(text).toContain('gateway_answers_total{route="none",status="404",outcome="other",service="gateway"} 1');
    expect(text).toMatch(/gateway_answer_seconds_count\{[^}]*route="users.show"[^}]*\} 2\n/);
  });

  it('have labels from closed lists only, whatever strangers and callers send', async () => {
    for (let turn = 0; turn < 60; turn += 1) {
      const name = `made-up-${turn}"\n{}`;
      const path = `/demo/api/v1/users/${encodeURIComponent(name)}/${turn % 3 === 0 ? 'x' : ''}`;
      await gateway.send({ path, method: turn % 2 === 0 ? 'GET' : 'POST' });
      await gateway.send({ path: `/realm-${turn}/api/v1/users/jdoe`, unsigned: turn % 2 === 0 });
      await gateway.send({ path: '/demo/api/v1/users/jdoe', headers: [`X-Request-ID: ${turn}`, `Accept: ${turn}`] });
    }
    const outcomes = await valuesOf('gateway_answers_total', 'outcome');
    const known = new Set(['ok', 'other', ...Object.keys(problems)]);
    expect([...outcomes].filter((outcome) => !known.has(outcome))).toEqual([]);
    const refusals = await valuesOf('gateway_refusals_total', 'reason');
    expect([...refusals].filter((reason) => !Object.hasOwn(requestRefusalMessages, reason))).toEqual([]);
    const statuses = await valuesOf('gateway_answers_total', 'status');
    expect([...statuses].every((status) => /^[2-5][0-9]{2}$/.test(status))).toBe(true);
    expect(await gateway.metrics.text()).not.toMatch(/made-up|realm-1/);
  });
});
