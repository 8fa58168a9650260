import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@countersign/clock';
import { openGateway, settings } from '@countersign/gateway/service';
import { Bus, busOptionsOf } from '@countersign/messaging';
import { MessagingModule } from '@countersign/messaging/server';
import { Metrics, type RunningService } from '@countersign/observability';
import { testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Platform } from './platform.js';

/** Guarantee G1: the store's clock decides; a gateway's own only spares it work. */
const minute = 60_000;
const path = '/demo/api/v1/users/jdoe';
const skewed = { status: 'invalid', message: 'Clock skew of message is outside threshold.' };

let platform: Platform;
const opened: { close(): Promise<void> }[] = [];

/** A gateway on the same bus whose clock is off. */
async function gatewayOffBy(offsetMs: number): Promise<RunningService> {
  const lines = readFileSync(join(platform.folder, 'env', 'gateway.env'), 'utf8')
    .trim()
    .split('\n');
  const environment = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  const values = settings.parse({ ...environment, COUNTERSIGN_PORT: '0' });
  const logger = testLogger();
  const metrics = new Metrics('gateway');
  const bus = await Bus.connect(busOptionsOf(values, 'gateway', `off-by-${offsetMs}`, logger));
  const messaging = MessagingModule.forRoot({ bus, metrics });
  const clock = { now: () => systemClock.now() + offsetMs };
  const gateway = await openGateway({ settings: values, messaging, logger, metrics, clock });
  opened.unshift(gateway, bus);
  return gateway;
}

beforeAll(async () => {
  platform = await Platform.start();
}, 120_000);
afterAll(async () => {
  for (const part of opened) await part.close();
  await platform?.remove();
});

describe.each([-5, 5])('a gateway whose clock is %d minutes off', (minutes) => {
  let gateway: RunningService;
  beforeAll(async () => {
    gateway = await gatewayOffBy(minutes * minute);
  });

  it('lets in nothing that the store finds too old or too far ahead, however right it looks there', async () => {
    // right in the middle of what this gateway takes for the present, and beyond the skew for the store
    const dateOffsetMs = minutes * minute + Math.sign(minutes) * minute;
    const request = platform.application.prepare('PUT', path, {
      body: { properties: { auxId9: 'from the wrong time' } },
      dateOffsetMs,
    });
    const answer = await platform.application.send(request, gateway.url);
    expect([answer.status, answer.json, answer.signatureHolds]).toEqual([401, skewed, true]);
    const { json } = await platform.application.ask('GET', path);
    expect(json.properties.auxId9).toBeUndefined();
  });

  it('opens no second chance for what another gateway has taken', async () => {
    const request = platform.application.prepare('GET', path, { dateOffsetMs: (minutes * minute) / 2 });
    expect((await platform.application.send(request)).status).toBe(200);
    const again = await platform.application.send(request, gateway.url);
    expect([again.status, again.json.message]).toEqual([401, 'Authentication header has been seen before.']);
  });
});
